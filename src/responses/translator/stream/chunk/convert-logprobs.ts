import type { TokenLogprob, TopLogprob } from '../../../../contracts/responses/content.js';
import { asArray, asRecord } from '../../../../common/json.js';

/** Reads `choices[0].logprobs.content` of a chunk. `bytes: null` becomes `[]`, which Open Responses requires. */
export function readLogprobs(logprobs: unknown): TokenLogprob[] {
  const converted: TokenLogprob[] = [];
  for (const entry of asArray(asRecord(logprobs)?.content)) {
    const token = convertToken(entry);
    if (token === undefined) continue;
    const alternatives = asArray(asRecord(entry)?.top_logprobs);
    converted.push({
      ...token,
      top_logprobs: alternatives.map(convertToken).filter((top) => top !== undefined),
    });
  }
  return converted;
}

function convertToken(entry: unknown): TopLogprob | undefined {
  const token = asRecord(entry);
  if (typeof token?.token !== 'string' || typeof token.logprob !== 'number') return undefined;
  const bytes = asArray(token.bytes).filter((byte) => typeof byte === 'number');
  return { token: token.token, logprob: token.logprob, bytes };
}

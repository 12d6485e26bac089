import type { UsedTokens } from '../../../common/caller-account.port.js';
import { asArray, asRecord, type JsonRecord } from '../../../common/json.js';
import { TextChunk, type ChatChunk } from '../../../contracts/chat/chunk.js';
import type { Usage } from '../../../contracts/responses/response.js';
import { estimateTextTokens } from '../../translator/estimate-tokens.js';
import { convertUsage } from '../../translator/stream/chunk/convert-usage.js';

/** Of an answer whose length is not said so many tokens are reserved, and of a longer one as many as this. */
const USUAL_OUTPUT = 1_024;
const MOST_OUTPUT = 16_384;

/** Says what is reserved for a call. */
export function expectedTokens(
  input: number,
  {
    max_completion_tokens: most,
    max_tokens: mostBefore,
    max_output_tokens: mostOfEvents,
  }: JsonRecord,
): UsedTokens {
  const said = [most, mostBefore, mostOfEvents].find(
    (value) => typeof value === 'number' && value > 0,
  );
  const output = typeof said === 'number' ? Math.min(Math.ceil(said), MOST_OUTPUT) : USUAL_OUTPUT;
  return { input, cached: 0, output };
}

/** Reads what an answer has used, as it comes: what the backend says last, else what its text comes to. */
export class UsedTokensReader {
  /** The backend has told this last. */
  usage: Usage | undefined;
  private characters = 0;
  private hasBegun = false;

  /** @param input is an estimate, for a backend that tells none. */
  constructor(private readonly input: number) {}

  read(chunks: readonly ChatChunk[]): void {
    for (const chunk of chunks) {
      this.hasBegun = true;
      if (chunk instanceof TextChunk) {
        this.characters += chunk.text.length;
        continue;
      }
      const choice = asRecord(asArray(chunk.choices)[0]);
      // A backend that speaks Responses tells it with the whole response.
      this.usage = convertUsage(asRecord(chunk.response) ?? chunk, choice) ?? this.usage;
      this.characters += charactersIn(choice?.delta ?? choice?.message ?? chunk.delta);
    }
  }

  /** Gives what was used so far; nothing where no answer has begun. */
  get used(): UsedTokens {
    if (!this.hasBegun) return { input: 0, cached: 0, output: 0 };
    if (this.usage === undefined)
      return { input: this.input, cached: 0, output: estimateTextTokens(this.characters) };
    const {
      input_tokens: input,
      input_tokens_details: details,
      output_tokens: output,
    } = this.usage;
    return { input, cached: Math.min(input, details.cached_tokens), output };
  }
}

/** Counts the texts of a delta, in its calls too. */
function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let sum = 0;
  for (const part of Object.values(value)) sum += charactersIn(part);
  return sum;
}

import type { BackendRequest } from '../../contracts/backend-request.js';
import type { RecordedRequest } from '../recording/recorded-request.js';
import type { PrefixBreak, PrefixTurn } from './contract.js';

/** So much is shown of what differs, from a little before the first difference on. */
const SHOWN = 160;
const SHOWN_BEFORE = 40;

/** A prompt begins with these, in this order; a backend's cache reaches to the first of them that differs. */
const heads = {
  messages: ['model', 'tools', 'response_format', 'reasoning_effort', 'chat_template_kwargs'],
  input: ['model', 'tools', 'text', 'reasoning', 'instructions'],
} as const;

/** Gives the turns of the request's conversation, oldest first, and where each breaks with the one before. */
export function prefixTurns(
  request: RecordedRequest,
  all: readonly RecordedRequest[],
): PrefixTurn[] {
  const { conversation } = request;
  const turns = all.filter(
    (other) =>
      other === request || (conversation !== undefined && other.conversation === conversation),
  );
  let before: PartOf[] | undefined;
  return turns.flatMap((turn): PrefixTurn[] => {
    const [call] = turn.calls;
    if (call === undefined) return [];
    const parts = partsOf(call.sent.request);
    const shown: PrefixTurn = {
      id: turn.id,
      at: turn.seenAt,
      backend: call.sent.backend,
      model: call.sent.model,
      messages: conversationOf(call.sent.request).length,
      inputTokens: turn.outcome.usage?.input_tokens,
      cachedTokens: turn.outcome.usage?.input_tokens_details.cached_tokens,
      cacheableTokens:
        typeof turn.line?.cacheableTokens === 'number' ? turn.line.cacheableTokens : undefined,
      break: before && breakOf(before, parts),
    };
    before = parts;
    return [shown];
  });
}

interface PartOf {
  path: string;
  json: string;
}

function partsOf(request: BackendRequest): PartOf[] {
  const fields = request as unknown as Record<string, unknown>;
  return [
    ...heads['messages' in request ? 'messages' : 'input'].map((name) => ({
      path: name,
      json: JSON.stringify(fields[name] ?? null),
    })),
    ...conversationOf(request),
  ];
}

/** A chat request has messages, and one in the Responses API items. */
function conversationOf(request: BackendRequest): PartOf[] {
  const [name, told] =
    'messages' in request
      ? (['messages', request.messages] as const)
      : (['input', request.input] as const);
  return (told as readonly object[]).map((part, index) => ({
    path: `${name}[${index}]`,
    json: JSON.stringify(part),
  }));
}

/** The turn before has to be a prefix as it is: what comes behind it is new. */
function breakOf(before: readonly PartOf[], after: readonly PartOf[]): PrefixBreak | null {
  const total = before.reduce((sum, { json }) => sum + json.length, 0);
  let same = 0;
  for (const [index, { path, json }] of before.entries()) {
    const other = after[index]?.json ?? '';
    if (other === json) {
      same += json.length;
      continue;
    }
    let at = 0;
    while (at < json.length && json[at] === other[at]) at++;
    const from = Math.max(0, at - SHOWN_BEFORE);
    return {
      path,
      before: json.slice(from, from + SHOWN),
      after: other.slice(from, from + SHOWN),
      sameShare: total === 0 ? 0 : (same + at) / total,
    };
  }
  return null;
}

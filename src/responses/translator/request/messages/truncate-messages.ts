import type { ChatMessage } from '../../../../contracts/chat/request.js';
import { estimateMessageTokens } from '../../estimate-tokens.js';
import type { WarningCollector } from '../../warning.js';

/** An answer gets this part of the context when the request does not limit it. */
const ANSWER_SHARE = 8;

export interface TruncationLimit {
  /** The model's context has so many tokens. */
  contextTokens: number;
  /** The answer may take so many tokens of it. */
  maxOutputTokens: number | undefined;
  /** The tools, which stand beside the messages, take so many tokens. */
  otherTokens: number;
}

/**
 * `truncation: auto`: leaves out the oldest turns until the conversation fits by estimate. A turn is a user message with
 * all that answers it, so no tool output loses its call. System messages before the first turn and the latest turn stay.
 */
export function truncateMessages(
  messages: readonly ChatMessage[],
  limit: TruncationLimit,
  warnings: WarningCollector,
): ChatMessage[] {
  const { contextTokens, maxOutputTokens = Math.floor(contextTokens / ANSWER_SHARE) } = limit;
  const budget = contextTokens - maxOutputTokens - limit.otherTokens;
  const sizes = messages.map(estimateMessageTokens);
  let size = sizes.reduce((sum, tokens) => sum + tokens, 0);
  if (size <= budget) return [...messages];

  const firstTurn = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const lastTurn = messages.findLastIndex(({ role }) => role === 'user');
  let kept = firstTurn;
  while (kept < lastTurn && size > budget) {
    do size -= sizes[kept++] ?? 0;
    while (kept < lastTurn && messages[kept]?.role !== 'user');
  }
  if (kept <= firstTurn) return [...messages];
  const dropped = kept - firstTurn;
  warnings.add(
    'conversation_truncated',
    'truncation',
    `The oldest ${dropped} messages were left out to fit a context of ${contextTokens} tokens.`,
  );
  return [...messages.slice(0, firstTurn), ...messages.slice(kept)];
}

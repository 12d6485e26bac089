import { hash } from 'node:crypto';
import { asArray, asRecord, isRecord, nonEmptyText } from '../../common/json.js';
import type { InputItem } from '../../contracts/responses/items.js';

/** So much of one text or image counts; what follows seldom tells conversations apart. */
const MOST_CHARACTERS = 4_096;

/** These are the fields of a request, as far as they have been checked. */
interface ConversationSigns {
  prompt_cache_key?: unknown;
  conversation?: unknown;
  input?: unknown;
}

/**
 * The same text for all turns of a conversation, on every replica: the client's word (`prompt_cache_key`, `conversation`),
 * else the first message of the user, which a chain of `previous_response_id` and a history sent whole have in common.
 */
export function affinityKey(
  request: ConversationSigns,
  history: readonly InputItem[] = [],
): string {
  const { conversation, input, prompt_cache_key: cacheKey } = request;
  const conversationId = nonEmptyText(isRecord(conversation) ? conversation.id : conversation);
  const named = nonEmptyText(cacheKey) ?? conversationId;
  if (named !== undefined) return named;
  const items: readonly unknown[] = [
    ...history,
    ...(typeof input === 'string' ? [input] : asArray(input)),
  ];
  return hash('sha256', firstWords(items), 'base64url');
}

function firstWords(items: readonly unknown[]): string {
  const first = items.find((item) => typeof item === 'string' || asRecord(item)?.role === 'user');
  return textOf(first ?? items[0]);
}

/** Text and links of an item, each cut: an image may be megabytes long. */
function textOf(item: unknown): string {
  if (typeof item === 'string') return item.slice(0, MOST_CHARACTERS);
  const content = asRecord(item)?.content;
  if (typeof content === 'string') return content.slice(0, MOST_CHARACTERS);
  const parts = asArray(content).flatMap((part) =>
    Object.values(asRecord(part) ?? {}).filter((value) => typeof value === 'string'),
  );
  return parts.map((part) => part.slice(0, MOST_CHARACTERS)).join('\n');
}

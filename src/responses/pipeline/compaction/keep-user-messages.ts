import type { InputItem } from '../../../contracts/responses/items.js';

/** These are about 20,000 tokens of the user's own words. */
export const MAX_KEPT_CHARACTERS = 80_000;

/**
 * Gives the user's latest messages, oldest first: what the user said weighs more than any summary of it. The first that does
 * not fit ends it.
 */
export function latestUserMessages(
  items: readonly InputItem[],
  maxCharacters = MAX_KEPT_CHARACTERS,
): InputItem[] {
  const kept: InputItem[] = [];
  let characters = 0;
  for (const item of items.toReversed()) {
    if (item.role !== 'user') continue;
    const content = contentParts(item.content);
    characters += JSON.stringify(content).length;
    if (characters > maxCharacters) break;
    kept.push({ ...item, type: 'message', content });
  }
  return kept.reverse();
}

/** Gives the same messages as items that a client can send back. */
export function keepUserMessages(items: readonly InputItem[], nextId: () => string): InputItem[] {
  return latestUserMessages(items).map(({ id, content }) => ({
    type: 'message',
    id: typeof id === 'string' ? id : nextId(),
    status: 'completed',
    role: 'user',
    content,
  }));
}

function contentParts(content: unknown): unknown[] {
  if (Array.isArray(content)) return content as unknown[];
  return [{ type: 'input_text', text: typeof content === 'string' ? content : '' }];
}

import type { InputItem } from '../../../contracts/responses/items.js';

/** The user's own words may take about 20,000 tokens. */
const MAX_CHARACTERS = 80_000;

/**
 * Keeps the user's latest messages, oldest first, as items that a client can send back: what the user said weighs more than any
 * summary of it. The first that does not fit ends it.
 */
export function keepUserMessages(
  items: readonly InputItem[],
  nextId: () => string,
  maxCharacters = MAX_CHARACTERS,
): InputItem[] {
  const kept: InputItem[] = [];
  let characters = 0;
  for (const item of items.toReversed()) {
    if (item.type !== 'message' || item.role !== 'user') continue;
    const content = contentParts(item.content);
    characters += JSON.stringify(content).length;
    if (characters > maxCharacters) break;
    const id = typeof item.id === 'string' ? item.id : nextId();
    kept.push({ type: 'message', id, status: 'completed', role: 'user', content });
  }
  return kept.reverse();
}

function contentParts(content: unknown): unknown[] {
  if (Array.isArray(content)) return content as unknown[];
  return [{ type: 'input_text', text: typeof content === 'string' ? content : '' }];
}

import type { JsonRecord } from '../../../../../common/json.js';
import { elementCalls } from './element-calls.js';

const MARK = ']<]minimax[>[';
const DEEPEST = 32;

/**
 * MiniMax M3 writes a mark before every tag, and an element for each key and item (chat template of MiniMaxAI/MiniMax-M3, 2026).
 */
export const miniMaxM3Calls = elementCalls({
  list: [`${MARK}<tool_call>`, `${MARK}</tool_call>`],
  open: `${MARK}<invoke name="`,
  headEnd: '>',
  close: `${MARK}</invoke>`,
  read: readElements,
});

interface Element {
  tag: string;
  text: string;
  items: unknown[];
  values: [string, unknown][];
}

/** Reads the elements of one call. Gives undefined when they do not close as they opened. */
function readElements(body: string): JsonRecord | undefined {
  const root: Element = { tag: '', text: '', items: [], values: [] };
  const open = [root];
  for (const piece of body.split(MARK).slice(1)) {
    const end = piece.indexOf('>');
    const tag = piece.slice(1, end);
    if (!piece.startsWith('<') || end < 2) return undefined;
    if (!tag.startsWith('/')) {
      if (open.length > DEEPEST) return undefined;
      open.push({ tag, text: piece.slice(end + 1), items: [], values: [] });
      continue;
    }
    const closed = open.pop();
    const parent = open.at(-1);
    if (closed === undefined || parent === undefined || closed.tag !== tag.slice(1)) {
      return undefined;
    }
    if (closed.tag === 'item') parent.items.push(valueOf(closed));
    else parent.values.push([closed.tag, valueOf(closed)]);
  }
  return open.length === 1 ? Object.fromEntries(root.values) : undefined;
}

function valueOf({ text, items, values }: Element): unknown {
  if (items.length > 0) return items;
  return values.length > 0 ? Object.fromEntries(values) : text;
}

import type { JsonRecord } from '../../../../../common/json.js';
import {
  callOf,
  isCutToken,
  LONGEST_NAME,
  offeredName,
  skipSpace,
  type TextCallSyntax,
} from '../text-call-syntax.js';

const MARK = ']<]minimax[>[';
const LIST_OPEN = `${MARK}<tool_call>`;
const CALL_OPEN = `${MARK}<invoke name="`;
const CALL_CLOSE = `${MARK}</invoke>`;
const DEEPEST = 32;

/** MiniMax M3 (chat template of MiniMaxAI/MiniMax-M3, 2026): a mark before every tag, an element for each key and item. */
export const miniMaxM3Calls: TextCallSyntax = {
  opens: [LIST_OPEN, CALL_OPEN],
  ends: [CALL_CLOSE],
  closes: [`${MARK}</tool_call>`],
  special: true,
  parse(text, tools) {
    const start = text.startsWith(LIST_OPEN) ? skipSpace(text, LIST_OPEN.length) : 0;
    if (!text.startsWith(CALL_OPEN, start)) {
      return isCutToken(text.slice(start), [CALL_OPEN]) ? 'more' : 'none';
    }
    const nameAt = start + CALL_OPEN.length;
    const nameEnd = text.indexOf('">', nameAt);
    if (nameEnd < 0) return text.length - nameAt > LONGEST_NAME ? 'none' : 'more';
    const close = text.indexOf(CALL_CLOSE, nameEnd);
    if (close < 0) return 'begun';
    const length = close + CALL_CLOSE.length;
    const written = text.slice(nameAt, nameEnd);
    const name = offeredName(written, tools);
    if (name === undefined) return { calls: [], length, unknown: written };
    const values = readElements(text.slice(nameEnd + 2, close));
    if (values === undefined) return { calls: [], length, broken: true };
    return { calls: [callOf(name, values, tools)], length };
  },
};

interface Element {
  tag: string;
  text: string;
  items: unknown[];
  values: [string, unknown][];
}

/** The elements of one call. Undefined when they do not close as they opened. */
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

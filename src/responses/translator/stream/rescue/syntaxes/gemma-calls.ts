import { asRecord } from '../../../../../common/json.js';
import {
  callOf,
  LONGEST_NAME,
  offeredName,
  skipSpace,
  type TextCallSyntax,
} from '../text-call-syntax.js';

const OPEN = '<|tool_call>';
const CLOSE = '<tool_call|>';
const QUOTE = '<|"|>';
const DEEPEST = 32;

/** Gemma 4 writes `call:NAME{key:<|"|>text<|"|>,other:1}`, with keys without quotes (chat template of google/gemma-4, 2026). */
export const gemmaCalls: TextCallSyntax = {
  opens: [OPEN],
  ends: [CLOSE],
  closes: [CLOSE],
  special: true,
  parse(text, tools) {
    const start = skipSpace(text, OPEN.length);
    const head = /call:([\w.:-]{1,128})(?=\{)/y;
    head.lastIndex = start;
    const match = head.exec(text);
    if (match === null) return text.length - start > LONGEST_NAME + 8 ? 'none' : 'more';
    const read = readValue(text, head.lastIndex, 0);
    if (read === undefined) return 'begun';
    const written = match[1] ?? '';
    const name = offeredName(written, tools);
    if (name === undefined) return { calls: [], length: read.end, unknown: written };
    const values = asRecord(read.value);
    if (values === undefined) return { calls: [], length: read.end, broken: true };
    return { calls: [callOf(name, values, tools)], length: read.end };
  },
};

interface Value {
  value: unknown;
  end: number;
}

function readValue(text: string, start: number, depth: number): Value | undefined {
  if (depth > DEEPEST) return undefined;
  if (text.startsWith(QUOTE, start)) {
    const end = text.indexOf(QUOTE, start + QUOTE.length);
    if (end < 0) return undefined;
    return { value: text.slice(start + QUOTE.length, end), end: end + QUOTE.length };
  }
  if (text[start] === '{') return readTable(text, start, depth);
  if (text[start] === '[') return readList(text, start, depth);
  const word = /[^,}\]<]{1,128}(?=[,}\]])/y;
  word.lastIndex = start;
  const match = word.exec(text)?.[0];
  return match === undefined ? undefined : { value: wordValue(match.trim()), end: word.lastIndex };
}

function wordValue(word: string): unknown {
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null' || word === 'None') return null;
  const number = Number(word);
  return word === '' || Number.isNaN(number) ? word : number;
}

function readList(text: string, start: number, depth: number): Value | undefined {
  const values: unknown[] = [];
  for (let at = skipSpace(text, start + 1); ;) {
    if (text[at] === ']') return { value: values, end: at + 1 };
    const read = readValue(text, at, depth + 1);
    if (read === undefined) return undefined;
    values.push(read.value);
    at = skipSpace(text, read.end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

function readTable(text: string, start: number, depth: number): Value | undefined {
  const values: [string, unknown][] = [];
  const key = /(?:<\|"\|>)?([^<:,{}]{1,128})(?:<\|"\|>)?:\s*/y;
  for (let at = skipSpace(text, start + 1); ;) {
    if (text[at] === '}') return { value: Object.fromEntries(values), end: at + 1 };
    key.lastIndex = at;
    const match = key.exec(text);
    const read = match === null ? undefined : readValue(text, key.lastIndex, depth + 1);
    if (match === null || read === undefined) return undefined;
    values.push([(match[1] ?? '').trim(), read.value]);
    at = skipSpace(text, read.end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

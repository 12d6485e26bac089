import { asRecord, parseJson, type JsonRecord } from '../../../../../common/json.js';
import {
  callOf,
  isCutToken,
  LONGEST_NAME,
  offeredName,
  skipSpace,
  type TextCallSyntax,
} from '../text-call-syntax.js';

const TOOLS_OPEN = '<|open|>tools<|sep|>';
const CALL_OPEN = '<|open|>call tool="';
const CALL_CLOSE = '<|close|>call<|sep|>';
const ARGUMENT = /\s*<\|open\|>(argument|json)([^<]{0,256})<\|sep\|>/y;

/** Kimi K3 (chat template of moonshotai/Kimi-K3, 2026): each argument in an element of its own, or all as JSON in one. */
export const kimiK3Calls: TextCallSyntax = {
  opens: [TOOLS_OPEN, CALL_OPEN],
  ends: [CALL_CLOSE],
  closes: ['<|close|>tools<|sep|>'],
  special: true,
  parse(text, tools) {
    const start = text.startsWith(TOOLS_OPEN) ? skipSpace(text, TOOLS_OPEN.length) : 0;
    if (!text.startsWith(CALL_OPEN, start)) {
      return isCutToken(text.slice(start), [CALL_OPEN]) ? 'more' : 'none';
    }
    const nameAt = start + CALL_OPEN.length;
    const nameEnd = text.indexOf('"', nameAt);
    if (nameEnd < 0) return text.length - nameAt > LONGEST_NAME ? 'none' : 'more';
    const close = text.indexOf(CALL_CLOSE, nameEnd);
    const bodyAt = text.indexOf('<|sep|>', nameEnd);
    if (close < 0 || bodyAt < 0) return 'begun';
    const length = close + CALL_CLOSE.length;
    const written = text.slice(nameAt, nameEnd);
    const name = offeredName(written, tools);
    if (name === undefined) return { calls: [], length, unknown: written };
    const values = readArguments(text.slice(bodyAt + '<|sep|>'.length, close));
    if (values === undefined) return { calls: [], length, broken: true };
    return { calls: [callOf(name, values, tools)], length };
  },
};

function readArguments(body: string): JsonRecord | undefined {
  const values: JsonRecord = {};
  for (let at = 0; skipSpace(body, at) < body.length;) {
    ARGUMENT.lastIndex = at;
    const match = ARGUMENT.exec(body);
    if (match === null) return undefined;
    const close = `<|close|>${match[1] ?? ''}<|sep|>`;
    const end = body.indexOf(close, ARGUMENT.lastIndex);
    if (end < 0) return undefined;
    const text = body.slice(ARGUMENT.lastIndex, end);
    at = end + close.length;
    if (match[1] === 'json') {
      const json = asRecord(parseJson(text));
      if (json === undefined) return undefined;
      Object.assign(values, json);
      continue;
    }
    const attributes = match[2] ?? '';
    const key = /key="([^"]{1,128})"/.exec(attributes)?.[1] ?? '';
    const isText = attributes.includes('type="str');
    values[key] = isText ? text : (parseJson(text.trim()) ?? text);
  }
  return values;
}

import { asRecord, parseJson, type JsonRecord } from '../../../../../common/json.js';
import { skipSpace } from '../text-call-syntax.js';
import { elementCalls } from './element-calls.js';

const ARGUMENT = /\s*<\|open\|>(argument|json)([^<]{0,256})<\|sep\|>/y;

/** Kimi K3 writes each argument in an element of its own, or all as JSON in one (chat template of moonshotai/Kimi-K3, 2026). */
export const kimiK3Calls = elementCalls({
  list: ['<|open|>tools<|sep|>', '<|close|>tools<|sep|>'],
  open: '<|open|>call tool="',
  headEnd: '<|sep|>',
  close: '<|close|>call<|sep|>',
  read: readArguments,
});

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

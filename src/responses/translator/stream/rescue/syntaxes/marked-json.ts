import { parseJson } from '../../../../../common/json.js';
import {
  endOfJson,
  jsonCallOf,
  offeredName,
  readJsonCall,
  skipSpace,
  type OfferedTools,
  type Parsed,
  type TextCallSyntax,
} from '../text-call-syntax.js';

/** Reads JSON behind a mark: one call, or a list of them. */
function markedJson(open: string, ...closes: string[]): TextCallSyntax {
  return {
    opens: [open],
    ends: closes,
    closes,
    special: true,
    parse: (text, tools, atEnd) =>
      parseCalls(text, skipSpace(text, open.length), tools, atEnd, closes.length > 0),
  };
}

/**
 * Reads the calls in JSON text.
 * @param closed says that a mark follows the JSON, so that whatever stands before it is no call.
 */
function parseCalls(
  text: string,
  start: number,
  tools: OfferedTools,
  atEnd: boolean,
  closed: boolean,
): Parsed {
  if (start === text.length) return 'more';
  if (text[start] !== '{' && text[start] !== '[') return 'none';
  const end = endOfJson(text, start);
  if (end < 0) return 'begun';
  const value = parseJson(text.slice(start, end));
  if (value === undefined) return { calls: [], length: end, broken: true };
  const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
  const calls = listed.map((call) => readJsonCall(call, tools));
  const offered = calls.filter((call) => call !== undefined);
  if (offered.length === calls.length) return { calls: offered, length: end };
  return closed || atEnd ? { calls: offered, length: end, unknown: 'a tool' } : 'begun';
}

/** Mistral writes a list of JSON calls before 2025, later `NAME[ARGS]{…}`, in some models with a `[CALL_ID]` between them. */
const mistralCalls: TextCallSyntax = {
  opens: ['[TOOL_CALLS]'],
  ends: ['}', ']'],
  closes: ['[/TOOL_CALLS]'],
  special: true,
  parse(text, tools, atEnd) {
    const start = skipSpace(text, '[TOOL_CALLS]'.length);
    if (start === text.length) return 'more';
    if (text[start] === '[' || text[start] === '{') {
      return parseCalls(text, start, tools, atEnd, false);
    }
    const head = /([\w.:-]{1,128})\s{0,8}(?:\[CALL_ID\][\w-]{0,64})?(?:\[ARGS\])?\s{0,8}(?=\{)/y;
    head.lastIndex = start;
    const match = head.exec(text);
    if (match === null) {
      const mayGoOn = /^[\w.:-]{1,128}\s{0,8}(?:\[[\w[\]-]{0,80})?$/.test(text.slice(start));
      return mayGoOn ? 'more' : 'none';
    }
    const end = endOfJson(text, head.lastIndex);
    if (end < 0) return 'begun';
    const written = match[1] ?? '';
    const name = offeredName(written, tools);
    if (name === undefined) return { calls: [], length: end, unknown: written };
    const call = jsonCallOf(name, text.slice(head.lastIndex, end));
    return call === undefined
      ? { calls: [], length: end, broken: true }
      : { calls: [call], length: end };
  },
};

/**
 * Mistral, Granite 3, Phi-4, Command R7B and A (`tool_name`) and LM Studio's default format write JSON behind a mark (the models'
 * chat templates; lmstudio.ai/docs, "Tool use", 2026).
 */
export const markedJsonCalls: readonly TextCallSyntax[] = [
  mistralCalls,
  markedJson('<|tool_call|>', '<|/tool_call|>', '</tool_call>'),
  markedJson('<|START_ACTION|>', '<|END_ACTION|>'),
  markedJson('[TOOL_REQUEST]', '[END_TOOL_REQUEST]'),
];

const bareHead =
  /^\{\s{0,16}(?:"type"\s{0,8}:\s{0,8}"function"\s{0,8},\s{0,16})?"name"\s{0,8}:\s{0,8}"([^"\\]{1,128})"/;
/** A cut text may have this much of the head. */
const cutHead =
  /^\{\s{0,16}(?:"(?:[a-z]{0,8}(?:"\s{0,8}(?::\s{0,8}(?:"[^"\\]{0,128}"?[\s,]{0,16}"?[a-z]{0,4}"?\s{0,8}:?\s{0,8}(?:"[^"\\]{0,128})?)?)?)?)?)?$/;

/** Llama 3 without its parser writes a whole answer of `{"name": …, "parameters": {…}}`. */
export const bareJsonCall: TextCallSyntax = {
  opens: ['{'],
  ends: [],
  closes: [],
  startOnly: true,
  parse(text, tools, atEnd) {
    const head = bareHead.exec(text);
    if (head === null) return !atEnd && text.length < 400 && cutHead.test(text) ? 'more' : 'none';
    if (offeredName(head[1] ?? '', tools) === undefined) return 'none';
    const behind = text.slice(head[0].length, head[0].length + 32);
    const key = /^\s{0,8},\s{0,16}"(?:parameters|arguments)"/.exec(behind);
    if (key === null) return !atEnd && behind.length < 32 ? 'more' : 'none';
    if (!atEnd) return 'begun';
    const end = endOfJson(text, 0);
    if (end < 0) return 'begun';
    const call =
      text.slice(end).trim() === ''
        ? readJsonCall(parseJson(text.slice(0, end)), tools)
        : undefined;
    return call === undefined ? 'none' : { calls: [call], length: text.length };
  },
};

import { asRecord, parseJson } from '../../../../../common/json.js';
import {
  callOf,
  endOfJson,
  isCutToken,
  LONGEST_NAME,
  offeredName,
  skipSpace,
  type OfferedTools,
  type Parsed,
  type TextCallSyntax,
} from '../text-call-syntax.js';

export const FUNCTION_OPEN = '<function=';
const FUNCTION_CLOSE = '</function>';
const PARAMETER_OPEN = '<parameter=';
const PARAMETER_CLOSE = '</parameter>';

/** A call is `<function=NAME>`, then parameters (Qwen's coders) or JSON (Llama on Groq, Functionary), then `</function>`. */
export const functionTag: TextCallSyntax = {
  opens: [FUNCTION_OPEN],
  ends: [FUNCTION_CLOSE],
  closes: ['</tool_call>'],
  parse: (text, tools) => parseFunctionTag(text, 0, tools),
};

export function parseFunctionTag(text: string, start: number, tools: OfferedTools): Parsed {
  const nameAt = start + FUNCTION_OPEN.length;
  const nameEnd = text.indexOf('>', nameAt);
  if (nameEnd < 0) return text.length - nameAt > LONGEST_NAME ? 'none' : 'more';
  const name = offeredName(text.slice(nameAt, nameEnd), tools);
  if (name === undefined) return 'none';
  const bodyAt = skipSpace(text, nameEnd + 1);
  return text[bodyAt] === '{'
    ? parseJsonBody(text, bodyAt, name, tools)
    : parseParameters(text, bodyAt, name, tools);
}

function parseJsonBody(text: string, start: number, name: string, tools: OfferedTools): Parsed {
  const end = endOfJson(text, start);
  if (end < 0) return 'begun';
  const close = skipSpace(text, end);
  const rest = text.slice(close, close + FUNCTION_CLOSE.length);
  if (rest !== FUNCTION_CLOSE) {
    return rest === '' || isCutToken(rest, [FUNCTION_CLOSE]) ? 'begun' : 'none';
  }
  const values = asRecord(parseJson(text.slice(start, end)));
  if (values === undefined) return 'none';
  return { calls: [callOf(name, values, tools)], length: close + FUNCTION_CLOSE.length };
}

function parseParameters(text: string, start: number, name: string, tools: OfferedTools): Parsed {
  const parameter = /<parameter=([^>]{1,128})>/y;
  const values: [string, string][] = [];
  for (let at = start; ;) {
    at = skipSpace(text, at);
    if (text.startsWith(FUNCTION_CLOSE, at)) {
      const call = callOf(name, Object.fromEntries(values), tools);
      return { calls: [call], length: at + FUNCTION_CLOSE.length };
    }
    parameter.lastIndex = at;
    const match = parameter.exec(text);
    if (match === null) return couldBeTag(text.slice(at)) ? 'begun' : 'none';
    const valueAt = parameter.lastIndex;
    const close = endOfValue(text, valueAt);
    if (close < 0) return 'begun';
    values.push([match[1]?.trim() ?? '', trimLineEnds(text.slice(valueAt, close))]);
    at = close + PARAMETER_CLOSE.length;
  }
}

/** Finds the `</parameter>` behind which another parameter or the end follows: the value may contain the tag itself. */
function endOfValue(text: string, start: number): number {
  const follows = /\s*(?:<parameter=|<\/function>|$)/y;
  let close = text.indexOf(PARAMETER_CLOSE, start);
  for (; close >= 0; close = text.indexOf(PARAMETER_CLOSE, close + 1)) {
    follows.lastIndex = close + PARAMETER_CLOSE.length;
    if (follows.test(text)) return close;
  }
  return -1;
}

function couldBeTag(text: string): boolean {
  const isOpening = PARAMETER_OPEN.startsWith(text) || /^<parameter=[^>]{0,128}$/.test(text);
  return isOpening || FUNCTION_CLOSE.startsWith(text);
}

/** The template puts the value on lines of its own. */
function trimLineEnds(value: string): string {
  return value.replace(/^\r?\n/, '').replace(/\r?\n$/, '');
}

import type { ChatRequest } from '../../../../contracts/chat/request.js';
import { asRecord, nonEmptyText, type JsonRecord, parseJson } from '../../../../common/json.js';
import { coerceArguments } from './text-tool-call-arguments.js';

/** The chat names of the tools that the request offers, each with the schema of its arguments. */
export type OfferedTools = ReadonlyMap<string, JsonRecord | undefined>;

export function offeredTools({ tools = [] }: ChatRequest): OfferedTools {
  return new Map(tools.map((tool) => [tool.function.name, tool.function.parameters]));
}

export interface TextToolCall {
  /** Chat name. */
  name: string;
  /** JSON text. */
  arguments: string;
}

/**
 * A call at the beginning of a text, and how much of the text it takes. `more`: not whole yet. `none`: it is none,
 * whatever follows.
 */
export type Parsed = { call: TextToolCall; length: number } | 'more' | 'none';

export const TOOL_CALL_OPEN = '<tool_call>';
export const TOOL_CALL_CLOSE = '</tool_call>';
export const FUNCTION_OPEN = '<function=';
export const FUNCTION_CLOSE = '</function>';
const PARAMETER_OPEN = '<parameter=';
const PARAMETER_CLOSE = '</parameter>';
const longestName = 128;

/** Reads what begins with `<tool_call>` or `<function=`. `atEnd`: nothing follows, so the last tag may be missing. */
export function parseTextToolCall(text: string, tools: OfferedTools, atEnd: boolean): Parsed {
  if (!text.startsWith(TOOL_CALL_OPEN)) return parseFunction(text, 0, tools, atEnd);
  const start = skipSpace(text, TOOL_CALL_OPEN.length);
  if (text[start] === '{') return parseHermes(text, start, tools, atEnd);
  const rest = text.slice(start, start + FUNCTION_OPEN.length);
  if (rest === FUNCTION_OPEN) return parseFunction(text, start, tools, atEnd);
  return FUNCTION_OPEN.startsWith(rest) ? 'more' : 'none';
}

/** `{"name": …, "arguments": {…}}` up to the `</tool_call>` that makes it whole: its texts may contain the tag. */
function parseHermes(text: string, start: number, tools: OfferedTools, atEnd: boolean): Parsed {
  let close = text.indexOf(TOOL_CALL_CLOSE, start);
  for (; close >= 0; close = text.indexOf(TOOL_CALL_CLOSE, close + 1)) {
    const value = parseJson(text.slice(start, close));
    if (value === undefined) continue;
    const call = readJsonCall(value, tools);
    return call === undefined ? 'none' : { call, length: close + TOOL_CALL_CLOSE.length };
  }
  const whole = atEnd ? readJsonCall(parseJson(text.slice(start)), tools) : undefined;
  return whole === undefined ? 'more' : { call: whole, length: text.length };
}

/** `{"name": …, "arguments" | "parameters": {…}}`; the arguments may be JSON in a string. */
export function readJsonCall(value: unknown, tools: OfferedTools): TextToolCall | undefined {
  const call = asRecord(value);
  const name = nonEmptyText(call?.name);
  if (call === undefined || name === undefined || !tools.has(name)) return undefined;
  const given = call.arguments ?? call.parameters ?? {};
  const values = asRecord(typeof given === 'string' ? parseJson(given) : given);
  return values === undefined ? undefined : toCall(name, values, tools);
}

/** `<function=NAME>`, then parameters (Qwen's coders) or JSON (Llama on Groq), then `</function>`. */
function parseFunction(text: string, start: number, tools: OfferedTools, atEnd: boolean): Parsed {
  const nameAt = start + FUNCTION_OPEN.length;
  const nameEnd = text.indexOf('>', nameAt);
  if (nameEnd < 0) return text.length - nameAt > longestName ? 'none' : 'more';
  const name = text.slice(nameAt, nameEnd).trim();
  if (!tools.has(name)) return 'none';
  const bodyAt = skipSpace(text, nameEnd + 1);
  return text[bodyAt] === '{'
    ? parseJsonBody(text, bodyAt, name, tools)
    : parseParameters(text, bodyAt, name, tools, atEnd);
}

function parseJsonBody(text: string, start: number, name: string, tools: OfferedTools): Parsed {
  let close = text.indexOf(FUNCTION_CLOSE, start);
  for (; close >= 0; close = text.indexOf(FUNCTION_CLOSE, close + 1)) {
    const values = asRecord(parseJson(text.slice(start, close)));
    if (values !== undefined) {
      return { call: toCall(name, values, tools), length: close + FUNCTION_CLOSE.length };
    }
  }
  return 'more';
}

function parseParameters(
  text: string,
  start: number,
  name: string,
  tools: OfferedTools,
  atEnd: boolean,
): Parsed {
  const parameter = /<parameter=([^>]{1,128})>/y;
  const values: [string, string][] = [];
  for (let at = start; ;) {
    at = skipSpace(text, at);
    if (text.startsWith(FUNCTION_CLOSE, at) || (atEnd && at === text.length && values.length > 0)) {
      const call = toCall(name, Object.fromEntries(values), tools);
      return { call, length: Math.min(at + FUNCTION_CLOSE.length, text.length) };
    }
    parameter.lastIndex = at;
    const match = parameter.exec(text);
    if (match === null) return couldBeTag(text.slice(at)) ? 'more' : 'none';
    const valueAt = parameter.lastIndex;
    const close = endOfValue(text, valueAt);
    if (close < 0) return 'more';
    values.push([match[1]?.trim() ?? '', trimLineEnds(text.slice(valueAt, close))]);
    at = close + PARAMETER_CLOSE.length;
  }
}

/** The `</parameter>` behind which another parameter or the end follows: the value may contain the tag itself. */
function endOfValue(text: string, start: number): number {
  const close = /<\/parameter>(?=\s*(?:<parameter=|<\/function>|$))/g;
  close.lastIndex = start;
  return close.exec(text)?.index ?? -1;
}

function couldBeTag(text: string): boolean {
  const isOpening = PARAMETER_OPEN.startsWith(text) || /^<parameter=[^>]{0,128}$/.test(text);
  return isOpening || FUNCTION_CLOSE.startsWith(text);
}

/** The template puts the value on lines of its own. */
function trimLineEnds(value: string): string {
  return value.replace(/^\r?\n/, '').replace(/\r?\n$/, '');
}

function toCall(name: string, values: JsonRecord, tools: OfferedTools): TextToolCall {
  return { name, arguments: JSON.stringify(coerceArguments(values, tools.get(name))) };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

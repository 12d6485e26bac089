import { parseJson } from '../../../../../common/json.js';
import {
  callOf,
  endOfJson,
  isCutToken,
  LONGEST_NAME,
  offeredName,
  readJsonCall,
  skipSpace,
  type OfferedTools,
  type Parsed,
  type TextCallSyntax,
} from '../text-call-syntax.js';
import { FUNCTION_OPEN, parseFunctionTag } from './function-tag.js';

const OPEN = '<tool_call>';
const CLOSE = '</tool_call>';
const KEY_OPEN = '<arg_key>';
const VALUE_CLOSE = '</arg_value>';

/**
 * `<tool_call>` holds JSON with Hermes, Qwen and Granite, a `<function=…>` with Qwen's coders and Nemotron, and a name
 * with `<arg_key>` and `<arg_value>` with GLM 4.5 and later (chat templates of zai-org, Qwen and NousResearch, 2026).
 */
export const toolCallTag: TextCallSyntax = {
  opens: [OPEN],
  ends: [CLOSE, '</function>'],
  closes: [CLOSE],
  parse(text, tools, atEnd) {
    const start = skipSpace(text, OPEN.length);
    if (text[start] === '{' || text[start] === '[') return parseHermes(text, start, tools, atEnd);
    const rest = text.slice(start);
    if (rest.startsWith(FUNCTION_OPEN)) return parseFunctionTag(text, start, tools);
    if (isCutToken(rest, [FUNCTION_OPEN])) return 'more';
    return parseGlm(text, start, tools);
  },
};

/** Reads JSON, then `</tool_call>`; its texts may contain the tag. At the end of an answer the tag may be missing. */
function parseHermes(text: string, start: number, tools: OfferedTools, atEnd: boolean): Parsed {
  const end = endOfJson(text, start);
  if (end < 0) return named(text, start, tools);
  const close = skipSpace(text, end);
  const rest = text.slice(close, close + CLOSE.length);
  const isOpen = rest === '' || isCutToken(rest, [CLOSE]);
  if (rest !== CLOSE && !isOpen) return 'none';
  if (isOpen && !(atEnd && rest === '')) return named(text, start, tools);
  const calls = readCalls(text.slice(start, end), tools);
  return calls === undefined ? 'none' : found(calls, Math.min(close + CLOSE.length, text.length));
}

/** Tells of a text that is not whole yet whether it is a call of an offered tool, as far as it goes. */
function named(text: string, start: number, tools: OfferedTools): Parsed {
  const name = /"name"\s{0,8}:\s{0,8}"([^"\\]{1,128})"/.exec(text.slice(start, start + 256))?.[1];
  return name === undefined || offeredName(name, tools) === undefined ? 'more' : 'begun';
}

function readCalls(
  text: string,
  tools: OfferedTools,
): ReturnType<typeof readJsonCall>[] | undefined {
  const value = parseJson(text);
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).map((call) => readJsonCall(call, tools));
}

/** A call of a tool that was not offered stays prose, with the tags around it. */
function found(calls: ReturnType<typeof readJsonCall>[], length: number): Parsed {
  const offered = calls.filter((call) => call !== undefined);
  return offered.length === calls.length && calls.length > 0 ? { calls: offered, length } : 'none';
}

/** GLM writes `NAME`, then keys and values, each in tags of its own. */
function parseGlm(text: string, start: number, tools: OfferedTools): Parsed {
  const nameEnd = text.indexOf('<', start);
  const written = text.slice(start, nameEnd < 0 ? undefined : nameEnd);
  if (written.length > LONGEST_NAME) return 'none';
  if (nameEnd < 0) return mayBeName(written.trim(), tools) ? 'more' : 'none';
  const name = offeredName(written, tools);
  if (name === undefined) return 'none';
  const pair = /\s*<arg_key>([^<]{1,128})<\/arg_key>\s*<arg_value>/y;
  const values: [string, string][] = [];
  for (let at = nameEnd; ;) {
    const next = skipSpace(text, at);
    if (text.startsWith(CLOSE, next)) {
      const call = callOf(name, Object.fromEntries(values), tools);
      return { calls: [call], length: next + CLOSE.length };
    }
    pair.lastIndex = at;
    const match = pair.exec(text);
    if (match === null) return couldGoOn(text.slice(next)) ? 'begun' : 'none';
    const close = text.indexOf(VALUE_CLOSE, pair.lastIndex);
    if (close < 0) return 'begun';
    values.push([match[1]?.trim() ?? '', text.slice(pair.lastIndex, close)]);
    at = close + VALUE_CLOSE.length;
  }
}

function mayBeName(written: string, tools: OfferedTools): boolean {
  return [...tools.keys()].some((name) => name.startsWith(written) || written === name);
}

function couldGoOn(rest: string): boolean {
  return isCutToken(rest, [CLOSE, KEY_OPEN]) || rest.startsWith(KEY_OPEN);
}

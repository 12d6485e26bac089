import { asRecord, parseJson } from '../../../../../common/json.js';
import {
  callOf,
  endOfJson,
  isCutToken,
  offeredName,
  readJsonCall,
  skipSpace,
  type OfferedTools,
  type Parsed,
  type TextCallSyntax,
  type TextToolCall,
} from '../text-call-syntax.js';
import { readPythonCall } from './python-literals.js';

const PYTHON_TAG = '<|python_tag|>';

/** Llama 3 writes JSON or a Python call behind `<|python_tag|>`, several of them with `;` between (Meta's prompt format page). */
const llamaCalls: TextCallSyntax = {
  opens: [PYTHON_TAG],
  continues: ['{"'],
  ends: ['}', ')'],
  closes: [';', '<|eom_id|>', '<|eot_id|>'],
  special: true,
  parse(text, tools, atEnd) {
    const start = skipSpace(text, text.startsWith(PYTHON_TAG) ? PYTHON_TAG.length : 0);
    if (start === text.length) return 'more';
    if (text[start] !== '{') return parsePython(text, start, tools, atEnd, PYTHON_TAG.length);
    const end = endOfJson(text, start);
    if (end < 0) return 'begun';
    const value = parseJson(text.slice(start, end));
    const call = readJsonCall(value, tools);
    if (call !== undefined) return { calls: [call], length: end };
    return asRecord(value) === undefined
      ? { calls: [], length: end, broken: true }
      : { calls: [], length: end, unknown: 'a tool' };
  },
};

/** Reads `[f(a=1), g(b="x")]`, or one call without the brackets, between two marks. */
function pythonSyntax(open: string, close: string): TextCallSyntax {
  return {
    opens: [open],
    ends: [close],
    closes: [close],
    special: true,
    parse: (text, tools, atEnd) => parsePython(text, skipSpace(text, open.length), tools, atEnd, 0),
  };
}

/** Llama 4 and others write no mark: the answer begins with `[NAME(`, NAME being a tool that was offered. */
const pythonList: TextCallSyntax = {
  opens: ['['],
  ends: [']'],
  closes: ['<|eot|>', '<|eom|>'],
  startOnly: true,
  parse(text, tools, atEnd) {
    const head = /^\[\s{0,8}([A-Za-z_][\w.-]{0,127})\(/.exec(text);
    if (head === null) return !atEnd && mayBegin(text, tools) ? 'more' : 'none';
    if (offeredName(head[1] ?? '', tools) === undefined) return 'none';
    const parsed = parsePython(text, 0, tools, atEnd, 0);
    return typeof parsed === 'object' && parsed.calls.length === 0 ? 'none' : parsed;
  },
};

/** Gemma 3 answers with a code block of its own kind. */
const toolCode: TextCallSyntax = {
  opens: ['```tool_code\n'],
  ends: ['```'],
  closes: [')', '```'],
  startOnly: true,
  parse(text, tools, atEnd) {
    const start = skipSpace(text, '```tool_code\n'.length);
    if (text[start] === '{') {
      const end = endOfJson(text, start);
      if (end < 0) return 'begun';
      const call = readJsonCall(parseJson(text.slice(start, end)), tools);
      return call === undefined ? 'none' : { calls: [call], length: end };
    }
    if (isCutToken(text.slice(start), ['print('])) return 'more';
    const at = text.startsWith('print(', start) ? start + 'print('.length : start;
    const parsed = parsePython(text, at, tools, atEnd, 0);
    return typeof parsed === 'object' && parsed.calls.length === 0 ? 'none' : parsed;
  },
};

/**
 * Reads Python calls.
 * @param length is that of the mark, which is left out when what follows it is no call but a program.
 */
function parsePython(
  text: string,
  start: number,
  tools: OfferedTools,
  atEnd: boolean,
  length: number,
): Parsed {
  if (start === text.length) return 'more';
  const isList = text[start] === '[';
  const calls: TextToolCall[] = [];
  let unknown: string | undefined;
  const found = (end: number, broken = false): Parsed => ({
    calls,
    length: end,
    ...(unknown === undefined ? {} : { unknown }),
    ...(broken ? { broken } : {}),
  });
  for (let at = isList ? skipSpace(text, start + 1) : start; ;) {
    if (isList && text[at] === ']') return found(at + 1);
    const read = readPythonCall(text, at);
    if (read === undefined) {
      // The calls before the one that broke off are whole.
      if (atEnd && calls.length > 0) return found(text.length, true);
      if (begins(text, at, tools)) return 'begun';
      if (mayBegin(text.slice(at), tools)) return 'more';
      return length > 0 ? found(length) : 'none';
    }
    const name = offeredName(read.value.name.replace(/\.call$/, ''), tools);
    if (name === undefined) unknown = read.value.name;
    else calls.push(callOf(name, read.value.values, tools));
    if (!isList) return found(read.end);
    at = skipSpace(text, read.end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

function begins(text: string, at: number, tools: OfferedTools): boolean {
  const head = /([A-Za-z_][\w.-]{0,127})\(/y;
  head.lastIndex = at;
  const name = head.exec(text)?.[1]?.replace(/\.call$/, '');
  return name !== undefined && offeredName(name, tools) !== undefined;
}

function mayBegin(text: string, tools: OfferedTools): boolean {
  const written = text.replace(/^\[?\s*/, '');
  return isCutToken(
    written,
    [...tools.keys()].flatMap((name) => [`${name}(`, `${name}.call(`]),
  );
}

/** Llama 3 and 4, LFM2 and Gemma 3 write Python (the models' chat templates and prompt format pages, 2026). */
export const pythonCalls: readonly TextCallSyntax[] = [
  llamaCalls,
  pythonSyntax('<|python_start|>', '<|python_end|>'),
  pythonSyntax('<|tool_call_start|>', '<|tool_call_end|>'),
  pythonList,
  toolCode,
];

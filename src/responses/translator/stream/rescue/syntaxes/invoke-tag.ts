import { parseJson, type JsonRecord } from '../../../../../common/json.js';
import {
  callOf,
  isCutToken,
  LONGEST_NAME,
  offeredName,
  skipSpace,
  type Parsed,
  type OfferedTools,
  type TextCallSyntax,
} from '../text-call-syntax.js';

interface InvokeTags {
  /** These elements may stand around all calls. */
  wrappers: readonly string[];
  /** These are element names with their prefix. */
  call: string;
  parameter: string;
  special?: boolean;
}

/** A call is `<CALL name="…"><PARAMETER name="…">value</PARAMETER></CALL>`, alone or in an element around all calls. */
function invokeSyntax({ wrappers, call, parameter, special = false }: InvokeTags): TextCallSyntax {
  const open = `<${call} name="`;
  const close = `</${call}>`;
  const opens = wrappers.map((name) => `<${name}>`);
  const tags = {
    open,
    close,
    parameterOpen: `<${parameter} name="`,
    parameterClose: `</${parameter}>`,
  };
  return {
    opens: [...opens, open],
    ends: [close],
    closes: wrappers.map((name) => `</${name}>`),
    special,
    parse(text, tools) {
      const wrapper = opens.find((tag) => text.startsWith(tag));
      const at = skipSpace(text, wrapper?.length ?? 0);
      if (text.startsWith(open, at)) return parseInvoke(text, at, tags, tools, special);
      return isCutToken(text.slice(at), [open]) ? 'more' : 'none';
    },
  };
}

interface Tags {
  open: string;
  close: string;
  parameterOpen: string;
  parameterClose: string;
}

function parseInvoke(
  text: string,
  start: number,
  tags: Tags,
  tools: OfferedTools,
  special: boolean,
): Parsed {
  const nameAt = start + tags.open.length;
  const nameEnd = text.indexOf('"', nameAt);
  if (nameEnd < 0) return text.length - nameAt > LONGEST_NAME ? 'none' : 'more';
  const written = text.slice(nameAt, nameEnd);
  const name = offeredName(written, tools);
  if (name === undefined) return parseUnknown(text, written, tags.close, special);
  const values: JsonRecord = {};
  const head = /"([^"]{1,128})"?[^>]{0,128}>/y;
  for (let at = text.indexOf('>', nameEnd) + 1; ;) {
    if (at === 0) return 'begun';
    const next = skipSpace(text, at);
    if (text.startsWith(tags.close, next)) {
      return { calls: [callOf(name, values, tools)], length: next + tags.close.length };
    }
    if (!text.startsWith(tags.parameterOpen, next)) {
      const rest = text.slice(next);
      return isCutToken(rest, [tags.close, tags.parameterOpen]) ? 'begun' : 'none';
    }
    head.lastIndex = next + tags.parameterOpen.length - 1;
    const match = head.exec(text);
    if (match === null) return 'begun';
    const close = endOfValue(text, head.lastIndex, tags);
    if (close < 0) return 'begun';
    values[match[1] ?? ''] = readValue(text.slice(head.lastIndex, close), match[0]);
    at = close + tags.parameterClose.length;
  }
}

/** In tags that prose may have, the text of an unknown call stays prose. */
function parseUnknown(text: string, unknown: string, close: string, special: boolean): Parsed {
  if (!special) return 'none';
  const end = text.indexOf(close);
  return end < 0 ? 'begun' : { calls: [], length: end + close.length, unknown };
}

/** Finds the closing tag behind which another parameter or the end of the call follows: a value may contain the tag itself. */
function endOfValue(text: string, start: number, tags: Tags): number {
  let close = text.indexOf(tags.parameterClose, start);
  for (; close >= 0; close = text.indexOf(tags.parameterClose, close + 1)) {
    const next = skipSpace(text, close + tags.parameterClose.length);
    const follows = text.startsWith(tags.parameterOpen, next) || text.startsWith(tags.close, next);
    if (follows || next === text.length) return close;
  }
  return -1;
}

/** DSML says of each value whether it is a text or JSON; elsewhere the tool's schema decides. */
function readValue(text: string, head: string): unknown {
  if (head.includes('string="false"')) return parseJson(text.trim()) ?? text;
  const data = /^\s*<!\[CDATA\[([^]*)\]\]>\s*$/.exec(text);
  return data === null ? text.replace(/^\r?\n/, '').replace(/\r?\n$/, '') : data[1];
}

const dsml = (bar: string): TextCallSyntax =>
  invokeSyntax({
    wrappers: [`${bar}DSML${bar}function_calls`, `${bar}DSML${bar}tool_calls`],
    call: `${bar}DSML${bar}invoke`,
    parameter: `${bar}DSML${bar}parameter`,
    special: true,
  });

/**
 * DeepSeek V3.2 and V4 (DSML), MiniMax M1 and M2 write so, Claude's XML as models trained on it write it, and MiniCPM's
 * `<function>` (the models' chat templates, 2026; DSML in ASCII: sgl-project/sglang#35736, August 2026).
 */
export const invokeTags: readonly TextCallSyntax[] = [
  dsml('｜'),
  dsml('|'),
  invokeSyntax({
    wrappers: ['minimax:tool_call', 'function_calls'],
    call: 'invoke',
    parameter: 'parameter',
  }),
  invokeSyntax({
    wrappers: ['antml:function_calls'],
    call: 'antml:invoke',
    parameter: 'antml:parameter',
  }),
  invokeSyntax({ wrappers: [], call: 'function', parameter: 'param' }),
];

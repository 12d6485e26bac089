import {
  isCutToken,
  jsonCallOf,
  LONGEST_NAME,
  offeredName,
  skipSpace,
  type OfferedTools,
  type Parsed,
  type TextCallSyntax,
} from '../text-call-syntax.js';

interface SpecialTokens {
  /** These tokens stand around all calls of an answer; templates differ in the plural. */
  sections: readonly (readonly [begin: string, end: string])[];
  call: string;
  /** Stands between the name and the arguments. */
  separator: string;
  end: string;
  /** Reads name and arguments in what stands between `call` and `separator`, and behind that. */
  read?: (head: string, body: string) => readonly [name: string, json: string];
}

/** Reads a list of calls, each `CALL name SEPARATOR json END`, all of it in tokens of the model's vocabulary. */
function specialCalls(tokens: SpecialTokens): TextCallSyntax {
  const sections = tokens.sections.map(([begin]) => begin);
  return {
    opens: [...sections, tokens.call],
    ends: [tokens.end],
    closes: tokens.sections.map(([, end]) => end),
    special: true,
    parse(text, tools, atEnd) {
      const section = sections.find((begin) => text.startsWith(begin));
      const at = skipSpace(text, section?.length ?? 0);
      if (text.startsWith(tokens.call, at)) return parseCall(text, at, tokens, tools, atEnd);
      return isCutToken(text.slice(at), [tokens.call]) ? 'more' : 'none';
    },
  };
}

function parseCall(
  text: string,
  start: number,
  { call, separator, end, read = (name, json) => [name, json] }: SpecialTokens,
  tools: OfferedTools,
  atEnd: boolean,
): Parsed {
  const headAt = start + call.length;
  const separatorAt = text.indexOf(separator, headAt);
  if (separatorAt < 0) return text.length - headAt > 2 * LONGEST_NAME ? 'none' : 'more';
  const bodyAt = separatorAt + separator.length;
  const endAt = text.indexOf(end, bodyAt);
  if (endAt < 0 && !atEnd) return 'begun';
  const body = text.slice(bodyAt, endAt < 0 ? undefined : endAt);
  const length = endAt < 0 ? text.length : endAt + end.length;
  const [written, json] = read(text.slice(headAt, separatorAt), body);
  const name = offeredName(written, tools);
  if (name === undefined) return endAt < 0 ? 'begun' : { calls: [], length, unknown: written };
  const found = jsonCallOf(name, json);
  if (found !== undefined && (endAt >= 0 || json.trim() !== '')) return { calls: [found], length };
  return endAt < 0 ? 'begun' : { calls: [], length, broken: true };
}

/** Kimi K2 names a tool `functions.NAME:INDEX` (chat template of moonshotai/Kimi-K2-Instruct). */
export const kimiCalls = specialCalls({
  sections: [
    ['<|tool_calls_section_begin|>', '<|tool_calls_section_end|>'],
    ['<|tool_call_section_begin|>', '<|tool_call_section_end|>'],
  ],
  call: '<|tool_call_begin|>',
  separator: '<|tool_call_argument_begin|>',
  end: '<|tool_call_end|>',
});

/** V3.1 writes `NAME SEP {…}`; V3 and R1 write `function SEP NAME`, a line, and the JSON in a code fence. */
function readDeepSeek(head: string, body: string): readonly [string, string] {
  if (head.trim() !== 'function') return [head, body];
  const [name = '', ...lines] = body.trimStart().split('\n');
  const json = lines.filter((line) => !line.trimStart().startsWith('```')).join('\n');
  return [name, json];
}

/** DeepSeek V3, R1 and V3.1 write so (their chat templates); some servers write the tokens with ASCII bars or underscores. */
export const deepSeekCalls: readonly TextCallSyntax[] = [
  ['｜', '▁'],
  ['|', '▁'],
  ['｜', '_'],
].map(([bar = '', space = '']) => {
  const token = (words: string): string => `<${bar}${words.replaceAll(' ', space)}${bar}>`;
  return specialCalls({
    sections: [[token('tool calls begin'), token('tool calls end')]],
    call: token('tool call begin'),
    separator: token('tool sep'),
    end: token('tool call end'),
    read: readDeepSeek,
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitrarySplit, splitTextCalls } from '../../../../../test/support/text-calls.js';
import type { OfferedTools } from './text-call-syntax.js';

const text = { type: 'string' };
const tools: OfferedTools = new Map([
  ['get_weather', { type: 'object', properties: { city: text, days: { type: 'integer' } } }],
  ['write_file', { type: 'object', properties: { path: text, lines: { type: 'array' } } }],
  ['now', undefined],
]);

const split = (fragments: readonly string[]): string => splitTextCalls(fragments, tools);

const rome = '[get_weather {"city":"Rome"}]';
const romeSpaced = '[get_weather {"city": "Rome"}]';
const romeJson = '{"name": "get_weather", "arguments": {"city": "Rome"}}';
const romeParameters = '{"name": "get_weather", "parameters": {"city": "Rome"}}';
const ds = (words: string): string => `<｜${words.replaceAll(' ', '▁')}｜>`;
const m3 = ']<]minimax[>[';

/** Writes `{` and `}` around the name with its prefix for `@tag …` and `@/tag`, in the tags of one model. */
const tags = (prefix: string, source: string): string =>
  source.replace(/@(\/?)([a-z_]+)([^@\n]*?)!/g, `<$1${prefix}$2$3>`);
const invoke =
  '@function_calls!\n@invoke name="get_weather"!\n@parameter name="city"!Rome@/parameter!\n@/invoke!\n@/function_calls!';
const dsmlInvoke =
  '@tool_calls!\n@invoke name="now"!\n@/invoke!\n@invoke name="get_weather"!\n@parameter name="city" string="true"!Rome@/parameter!\n@parameter name="days" string="false"!2@/parameter!\n@/invoke!\n@/tool_calls!';

/** There is one row for each form that a model family writes; `special` forms have tokens that no prose has. */
const rows: [name: string, written: string, expected: string, special?: 'special'][] = [
  [
    'Kimi K2',
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Rome"}<|tool_call_end|><|tool_call_begin|>functions.now:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>',
    `${romeSpaced}[now {}]`,
    'special',
  ],
  [
    'Kimi K3',
    '<|open|>tools<|sep|><|open|>call tool="get_weather" index="1"<|sep|><|open|>argument key="city" type="string"<|sep|>Rome<|close|>argument<|sep|><|open|>argument key="days" type="number"<|sep|>2<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|>',
    '[get_weather {"city":"Rome","days":2}]',
    'special',
  ],
  [
    'DeepSeek V3.1',
    `${ds('tool calls begin')}${ds('tool call begin')}get_weather${ds('tool sep')}{"city": "Rome"}${ds('tool call end')}${ds('tool calls end')}`,
    romeSpaced,
    'special',
  ],
  [
    'DeepSeek V3 and R1',
    `${ds('tool calls begin')}${ds('tool call begin')}function${ds('tool sep')}get_weather\n\`\`\`json\n{"city": "Rome"}\n\`\`\`${ds('tool call end')}\n${ds('tool call begin')}function${ds('tool sep')}now\n\`\`\`json\n{}\n\`\`\`${ds('tool call end')}${ds('tool calls end')}`,
    `${romeSpaced}[now {}]`,
    'special',
  ],
  ['DeepSeek V3.2 (DSML)', tags('｜DSML｜', invoke), rome, 'special'],
  [
    'DeepSeek V4 (DSML)',
    tags('｜DSML｜', dsmlInvoke),
    '[now {}][get_weather {"city":"Rome","days":2}]',
    'special',
  ],
  ['DSML in ASCII', tags('|DSML|', invoke), rome, 'special'],
  [
    'GLM',
    '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Rome</arg_value>\n<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>\n<tool_call>now\n</tool_call>',
    '[get_weather {"city":"Rome","days":2}][now {}]',
  ],
  [
    'GLM 4.7, without line ends',
    '<tool_call>get_weather<arg_key>city</arg_key><arg_value>Rome</arg_value></tool_call>',
    rome,
  ],
  [
    'MiniMax M2',
    `<minimax:tool_call>\n${tags('', invoke).split('\n').slice(1, -1).join('\n')}\n</minimax:tool_call>`,
    rome,
  ],
  [
    'MiniMax M3',
    `${m3}<tool_call>\n${m3}<invoke name="write_file">${m3}<path>a.txt${m3}</path>${m3}<lines>${m3}<item>one${m3}</item>${m3}<item>two${m3}</item>${m3}</lines>${m3}</invoke>\n${m3}</tool_call>`,
    '[write_file {"path":"a.txt","lines":["one","two"]}]',
    'special',
  ],
  ['Claude XML', tags('', invoke), rome],
  ['Claude XML with its prefix', tags(['ant', 'ml:'].join(''), invoke), rome],
  ['MiniCPM', '<function name="get_weather"><param name="city">Rome</param></function>', rome],
  [
    'Mistral, a list',
    '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Rome"}}, {"name": "now", "arguments": {}}]',
    `${rome}[now {}]`,
    'special',
  ],
  [
    'Mistral, names',
    '[TOOL_CALLS]get_weather[ARGS]{"city": "Rome"}[TOOL_CALLS]now[ARGS]{}',
    `${romeSpaced}[now {}]`,
    'special',
  ],
  [
    'Mistral, names with ids',
    '[TOOL_CALLS]get_weather[CALL_ID]abc123def[ARGS]{"city": "Rome"}',
    romeSpaced,
    'special',
  ],
  ['Granite 3', `<|tool_call|>[${romeJson}]`, rome, 'special'],
  ['Phi-4', `<|tool_call|>[${romeJson}]<|/tool_call|>`, rome, 'special'],
  [
    'Command A',
    '<|START_ACTION|>[\n{"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Rome"}}\n]<|END_ACTION|>',
    rome,
    'special',
  ],
  ['LM Studio', `[TOOL_REQUEST]${romeJson}[END_TOOL_REQUEST]`, rome, 'special'],
  ['Hermes, a list', `<tool_call>[${romeJson}, {"name": "now"}]</tool_call>`, `${rome}[now {}]`],
  ['Llama 3', `<|python_tag|>${romeParameters}`, rome, 'special'],
  [
    'Llama 3, two calls',
    `<|python_tag|>${romeParameters}; {"name": "now", "parameters": {}}<|eom_id|>`,
    `${rome}[now {}]`,
    'special',
  ],
  ['Llama 3, Python', '<|python_tag|>get_weather.call(city="Rome")', rome, 'special'],
  ['Llama 3, bare JSON', `\n${romeParameters}\n`, `\n${rome}`],
  ['Llama 3, bare JSON with its type', `{"type": "function", ${romeParameters.slice(1)}`, rome],
  [
    'Llama 4',
    '<|python_start|>[get_weather(city="Rome", days=2), now()]<|python_end|>',
    '[get_weather {"city":"Rome","days":2}][now {}]',
    'special',
  ],
  [
    'Llama 4, bare',
    '[get_weather(city="Rome"), write_file(path=\'a "b"\', lines=["x", \'y\\n\'])]',
    `${rome}[write_file {"path":"a \\"b\\"","lines":["x","y\\n"]}]`,
  ],
  ['LFM2', '<|tool_call_start|>[get_weather(city="Rome")]<|tool_call_end|>', rome, 'special'],
  ['Gemma 3', '```tool_code\nget_weather(city="Rome")\n```', rome],
  ['Gemma 3, printed', '```tool_code\nprint(get_weather(city="Rome"))\n```', rome],
  [
    'Gemma 4',
    '<|tool_call>call:write_file{path:<|"|>a{b.txt<|"|>,lines:[<|"|>x, y<|"|>,1,true]}<tool_call|><|tool_call>call:now{}<tool_call|>',
    '[write_file {"path":"a{b.txt","lines":["x, y",1,true]}][now {}]',
    'special',
  ],
];

const marked = rows.map((row) => [...row.slice(0, 3), row[3] === 'special'] as const) as [
  string,
  string,
  string,
  boolean,
][];
const special = rows.filter(([, , , mark]) => mark === 'special');

/** What looks like a call and is none stays as it came. */
const prose: [name: string, input: string][] = [
  ['GLM, unknown', '<tool_call>rm\n<arg_key>a</arg_key>\n<arg_value>b</arg_value>\n</tool_call>'],
  ['XML, unknown', tags('', invoke).replace('get_weather', 'rm')],
  ['XML in prose', 'Use <invoke name="get_weather"> to call it.'],
  ['JSON, unknown', '{"name": "rm", "parameters": {}}'],
  ['JSON with more behind it', `${romeJson}\nThat is how I would call it.`],
  ['JSON behind prose', `Call it so: ${romeJson}`],
  ['JSON of another kind', '{"name": "get_weather", "version": 2}'],
  ['a list', '[1, 2] are numbers'],
  ['a list of links', '[get_weather](https://example.com) tells more'],
  ['a Python list of others', '[rm(path="x")]'],
  ['code', '```python\nget_weather(city="Rome")\n```'],
  ['in a fence', `So:\n\`\`\`\n${special[0]?.[1] ?? ''}\n\`\`\`\n`],
  ['marks of another kind', 'a [TOOL] <|tool|> <｜x｜> ]<]mini'],
];

describe('calls in the syntax of each model', () => {
  it.each(rows)('%s', (_name, written, expected) => {
    expect(split([written])).toBe(expected);
    expect(split(Array.from(written))).toBe(expected);
    const behindProse = rows.every(([, other]) => other !== written) ? '' : 'Look: ';
    if (!/bare|Gemma 3/.test(_name)) {
      expect(split([`${behindProse}${written}`])).toBe(`${behindProse}${expected}`);
    }
  });

  it.each(marked)(
    '%s, cut anywhere: no call that is not whole, and no markup',
    (_name, written, expected, isSpecial) => {
      const whole = expected.match(/\[(?:get_weather|write_file|now) \{.*?\}\](?=\[|\n|$)/g) ?? [];
      for (let length = 1; length < written.length; length++) {
        const shown = split([written.slice(0, length)]);
        const calls = shown.match(/\[(?:get_weather|write_file|now) \{.*?\}\](?=\[|\n|$)/g) ?? [];
        expect(whole).toEqual(expect.arrayContaining(calls));
        if (!isSpecial) continue;
        const left = calls
          .reduce((rest, call) => rest.replace(call, ''), shown)
          .replace('[cut]', '');
        // The first mark alone may be the beginning of anything while it is not whole.
        const isOpening = left === written.slice(0, length) && length < 32;
        if (!isOpening) expect(left).toBe('');
      }
    },
  );

  it.each(['<|im_end|>', '<｜end▁of▁sentence｜>', '<|eot_id|>\n'])(
    'the stop token %j is left out at the end alone',
    (token) => {
      expect(split([`Hello${token}`])).toBe('Hello');
      expect(split(Array.from(`Hello${token}`))).toBe('Hello');
      expect(split([`The token ${token} stops.`])).toBe(`The token ${token} stops.`);
    },
  );

  it.each(prose)('%s is prose', (_name, input) => {
    expect(split([input])).toBe(input);
    expect(split(Array.from(input))).toBe(input);
  });

  it.each(special)('%s of a tool that was not offered is left out and told', (_name, written) => {
    const unknown = written.replaceAll('get_weather', 'rm').replaceAll('write_file', 'rm');
    if (unknown === written) return;
    const shown = split([unknown]);
    expect(shown).toMatch(/\[unknown (?:functions\.)?(?:rm|a tool)/);
    expect(shown.replace(/\[unknown [^\]]*\]|\[now \{\}\]/g, '')).toBe('');
  });

  it('gives the same for every split', () => {
    const pieces = [
      ...rows.map(([, written]) => written),
      ...prose.map(([, input]) => input),
      'Look: ',
      '\n',
      '`',
      '[',
      '{',
      '<|',
      '<',
      ';',
    ];
    const splits = arbitrarySplit(pieces, { maxPieces: 5, longest: 13 });
    fc.assert(
      fc.property(splits, ({ input, fragments }) => {
        expect(split(fragments)).toBe(split([input]));
      }),
      { numRuns: 1_000 },
    );
  });
});

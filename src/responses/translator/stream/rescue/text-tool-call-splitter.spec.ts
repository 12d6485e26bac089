import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { growthOf } from '../../../../../test/support/growth.js';
import { arbitrarySplit, splitTextCalls } from '../../../../../test/support/text-calls.js';
import type { OfferedTools } from './text-call-syntax.js';
import { TextToolCallSplitter } from './text-tool-call-splitter.js';

const tools: OfferedTools = new Map([
  ['get_time', undefined],
  [
    'write',
    {
      type: 'object',
      properties: {
        path: { type: 'string' },
        count: { type: 'integer' },
        ratio: { type: 'number' },
        force: { type: ['boolean', 'null'] },
        options: { anyOf: [{ type: 'object' }, { type: 'null' }] },
        lines: { type: 'array' },
        mode: { enum: ['7', 'x'] },
      },
    },
  ],
]);

const split = (fragments: readonly string[], offered = tools): string =>
  splitTextCalls(fragments, offered);

const xml = (name: string, parameters: Record<string, string>) =>
  `<function=${name}>\n${Object.entries(parameters)
    .map(([key, value]) => `<parameter=${key}>\n${value}\n</parameter>\n`)
    .join('')}</function>`;
const hermes = (value: unknown) => `<tool_call>\n${JSON.stringify(value)}\n</tool_call>`;
const time = hermes({ name: 'get_time', arguments: { zone: 'UTC' } });

const rows: [name: string, input: string, expected: string][] = [
  ['nothing', '', ''],
  ['prose', 'a < b <tool <function <functio', 'a < b <tool <function <functio'],
  ['Hermes', `Look: ${time} done`, 'Look: [get_time {"zone":"UTC"}] done'],
  ['two Hermes calls', `${time}\n${time}`, '[get_time {"zone":"UTC"}][get_time {"zone":"UTC"}]'],
  ['Hermes, parameters', hermes({ name: 'get_time', parameters: {} }), '[get_time {}]'],
  ['Hermes, no arguments', hermes({ name: 'get_time' }), '[get_time {}]'],
  [
    'Hermes, arguments as text',
    hermes({ name: 'get_time', arguments: '{"a":1}' }),
    '[get_time {"a":1}]',
  ],
  [
    'Hermes, the tag inside',
    hermes({ name: 'get_time', arguments: { a: '</tool_call>' } }),
    '[get_time {"a":"</tool_call>"}]',
  ],
  [
    'Hermes without its last tag',
    time.replace('\n</tool_call>', '\n'),
    '[get_time {"zone":"UTC"}]',
  ],
  ['XML', xml('write', { path: 'a.txt', count: '3' }), '[write {"path":"a.txt","count":3}]'],
  ['XML in a tool_call', `<tool_call>\n${xml('get_time', {})}\n</tool_call>x`, '[get_time {}]x'],
  ['XML, only closed', `${xml('get_time', {})}\n</tool_call>\nx`, '[get_time {}]\nx'],
  [
    'XML, several lines and tags inside',
    xml('write', { path: '\na\n</parameter> b </function>\n' }),
    '[write {"path":"\\na\\n</parameter> b </function>\\n"}]',
  ],
  [
    'XML on one line',
    '<function=write><parameter=path>a</parameter></function>',
    '[write {"path":"a"}]',
  ],
  [
    'JSON in a function',
    '<function=get_time>{"zone":"UTC"}</function>',
    '[get_time {"zone":"UTC"}]',
  ],
  [
    'types',
    xml('write', {
      count: '4.5',
      ratio: '-1e3',
      force: 'True',
      options: '{"a":[1]}',
      lines: '[1]',
      mode: '7',
      other: '7',
    }),
    '[write {"count":"4.5","ratio":-1000,"force":true,"options":{"a":[1]},"lines":[1],"mode":"7","other":"7"}]',
  ],
  [
    'types that do not fit',
    xml('write', {
      count: 'x',
      ratio: 'NaN',
      force: 'maybe',
      options: '[1]',
      lines: '{}',
      path: 'null',
    }),
    '[write {"count":"x","ratio":"NaN","force":"maybe","options":"[1]","lines":"{}","path":"null"}]',
  ],
  [
    'null',
    xml('write', { force: 'null', options: 'None' }),
    '[write {"force":null,"options":null}]',
  ],
  [
    'Hermes, types',
    hermes({ name: 'write', arguments: { count: '5', path: '5' } }),
    '[write {"count":5,"path":"5"}]',
  ],
];

/** What looks like a call and is none stays as it came. */
const prose: [name: string, input: string][] = [
  ['unknown tool', hermes({ name: 'rm', arguments: {} })],
  ['unknown function', xml('rm', { a: 'b' })],
  ['fenced', `So:\n\`\`\`xml\n${time}\n\`\`\`\nThat is all.`],
  ['fenced with tildes', `~~~\n${xml('get_time', {})}\n~~~\n`],
  ['a code span', `Write \`${time.replaceAll('\n', '')}\` here`],
  ['broken JSON', '<tool_call>{"name": get_time}</tool_call>'],
  ['text in a tag', '<tool_call>please call get_time</tool_call>'],
  ['text in a function', '<function=get_time>now</function>'],
  ['never ended, of an unknown tool', '<tool_call>{"name":"rm","argum'],
  ['arguments of another kind', hermes({ name: 'get_time', arguments: [1] })],
  ['a long name', `<function=${'x'.repeat(300)}`],
];

describe('TextToolCallSplitter', () => {
  it.each(rows)('%s', (_name, input, expected) => {
    expect(split([input])).toBe(expected);
    expect(split(Array.from(input))).toBe(expected);
  });

  it.each(prose)('%s is prose', (_name, input) => {
    expect(split([input])).toBe(input);
    expect(split(Array.from(input))).toBe(input);
  });

  it.each([
    '<function=write><parameter=path>half of it',
    '<tool_call>{"name":"get_time","argum',
    '<tool_call>\n<function=write>\n<parameter=pa',
    '<function=write><parameter=path>a</parameter>\n',
  ])('%s broke off and is not shown', (input) => {
    expect(split([`Now: ${input}`])).toBe('Now: [cut]');
    expect(split(Array.from(`Now: ${input}`))).toBe('Now: [cut]');
  });

  it('finds a call behind a fence, and behind a call that was none', () => {
    expect(split([`\`\`\`\ncode\n\`\`\`\n${time}`])).toBe(
      '```\ncode\n```\n[get_time {"zone":"UTC"}]',
    );
    const none = xml('rm', {});
    expect(split([`${none}${time}`])).toBe(`${none}[get_time {"zone":"UTC"}]`);
  });

  it('holds nothing back that cannot become a call', () => {
    const splitter = new TextToolCallSplitter(tools);
    expect(splitter.push('<function=rm> and so on')).not.toEqual([]);
    expect(splitter.push('a <tool_call> is')).not.toEqual([]);
    expect(splitter.push('plain')).toEqual([{ kind: 'prose', text: 'plain' }]);
  });

  it('gives the same for every split', () => {
    const pieces = [
      ...rows.map(([, input]) => input),
      ...prose.map(([, input]) => input),
      '<tool_call>',
      '</tool_call>',
      '<function=get_time>',
      '</function>',
      '<parameter=a>',
      '</parameter>',
      '`',
      '```',
      '\n',
      '{"name":"get_time"}',
      '<',
      'a',
      '😀',
    ];
    const splits = arbitrarySplit(pieces, { maxPieces: 6, longest: 10 });
    fc.assert(
      fc.property(splits, ({ input, fragments }) => {
        expect(split(fragments)).toBe(split([input]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('loses nothing when no tool is offered', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...rows.map(([, input]) => input))), (pieces) => {
        expect(split(pieces, new Map())).toBe(pieces.join(''));
      }),
      { numRuns: 100 },
    );
  });

  it.each<[string, (size: number) => string, number]>([
    ['a long call', (size) => xml('write', { path: 'line\n'.repeat(size) }), 8],
    ['openings without an end', (size) => '<tool_call>{'.repeat(size / 2), 64],
    ['ends that end nothing', (size) => `<tool_call>{${'</tool_call>'.repeat(size / 2)}`, 12],
    ['special openings', (size) => '<|tool_call_begin|>x'.repeat(size / 4), 16],
  ])('reads %s in small pieces in linear time', (_name, inputOf, pieceLength) => {
    const read = (size: number): void => {
      split(inputOf(size).match(new RegExp(`[^]{1,${pieceLength}}`, 'g')) ?? []);
    };
    // Eight times the input: linear work takes eight times as long, quadratic work 64 times.
    expect(growthOf(read, 2_000, 16_000, 50)).toBeLessThan(50);
  });

  it('keeps a long call and what never became one as they are', () => {
    const content = 'line\n'.repeat(20_000);
    const call = xml('write', { path: content });
    expect(split(call.match(/[^]{1,64}/g) ?? [])).toBe(
      `[write ${JSON.stringify({ path: content })}]`,
    );
    const endless = '<tool_call>{'.repeat(120_000);
    expect(split(endless.match(/[^]{1,8192}/g) ?? [])).toBe(endless);
  });
});

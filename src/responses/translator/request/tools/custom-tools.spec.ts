import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';

const grammar = { syntax: 'lark', definition: 'start: "x"' };
const tools = [
  { type: 'custom', name: 'patch', description: 'Edits.', format: { type: 'grammar', ...grammar } },
  { type: 'custom', name: 'plain', format: { type: 'text' } },
  { type: 'function', name: 'f' },
  { type: 'namespace', name: 'n', description: 'Files.', tools: [{ type: 'custom', name: 'a.b' }] },
];
const input = [
  { role: 'user', content: 'Hi' },
  { type: 'custom_tool_call', call_id: 'c1', name: 'patch', input: 'a "b"\n' },
  { type: 'function_call', call_id: 'c2', name: 'f', arguments: '{}' },
  { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
  { type: 'function_call_output', call_id: 'c2', output: '1' },
];
const native = { customTools: 'native' } as const;
const asFunction = {
  id: 'c1',
  type: 'function',
  function: { name: 'patch', arguments: '{"input":"a \\"b\\"\\n"}' },
};

describe('custom tools of a backend that has its own', () => {
  it('go with their grammar, and beside functions', () => {
    const { chatRequest, warnings } = translate({ input, tools }, native);
    expect(chatRequest.tools).toMatchObject([
      {
        type: 'custom',
        custom: { name: 'patch', description: 'Edits.', format: { type: 'grammar', grammar } },
      },
      { type: 'custom', custom: { name: 'plain' } },
      { type: 'function', function: { name: 'f' } },
      {
        type: 'custom',
        custom: {
          name: expect.stringMatching(/^n__a_b_[0-9a-f]{8}$/) as unknown as string,
          description: "Tools of 'n': Files.",
        },
      },
    ]);
    expect(chatRequest.tools?.[1]).toEqual({ type: 'custom', custom: { name: 'plain' } });
    expect(warnings).toEqual([{ code: 'tool_renamed', param: 'tools[3].name' }]);
  });

  it('are called in the history as they were', () => {
    const { messages } = translate({ input, tools }, native).chatRequest;
    expect(messages.slice(1)).toMatchObject([
      {
        tool_calls: [
          { id: 'c1', type: 'custom', custom: { name: 'patch', input: 'a "b"\n' } },
          { id: 'c2', type: 'function', function: { name: 'f', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
      { role: 'tool', tool_call_id: 'c2', content: '1' },
    ]);
  });

  it.each<[unknown, unknown]>([
    [
      { type: 'custom', name: 'plain' },
      { type: 'custom', custom: { name: 'plain' } },
    ],
    [
      { type: 'custom', custom: { name: 'plain' } },
      { type: 'custom', custom: { name: 'plain' } },
    ],
    [
      { type: 'function', name: 'f' },
      { type: 'function', function: { name: 'f' } },
    ],
    ['required', 'required'],
  ])('are chosen as what they are: %j', (choice, sent) => {
    const { chatRequest } = translate({ input, tools, tool_choice: choice }, native);
    expect(chatRequest.tool_choice).toEqual(sent);
  });

  it('stand in chat messages, too', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'patch', input: 'a "b"\n' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
    ];
    const callsFor = (dialect: object) =>
      translate({ messages }, dialect).chatRequest.messages.flatMap((message) =>
        message.role === 'assistant' ? (message.tool_calls ?? []) : [],
      );
    expect(callsFor(native)).toEqual(messages[1]!.tool_calls);
    expect(callsFor({})).toEqual([asFunction]);
  });
});

describe('custom tools of any other backend', () => {
  it.each([
    ['that has none', {}],
    ['that is told all as text', { ...native, toolTelling: 'calls_as_text' as const }],
  ])('%s are functions with one text', (_name, dialect) => {
    const { chatRequest, warnings } = translate({ input, tools }, dialect);
    expect(chatRequest.tools?.map(({ type }) => type)).toEqual(Array(4).fill('function'));
    expect(JSON.stringify(chatRequest.messages)).not.toContain('"custom"');
    expect(warnings).toEqual(
      expect.arrayContaining([{ code: 'field_mapped', param: 'tools[0].format' }]),
    );
  });

  it('are called in the history as functions', () => {
    const { messages } = translate({ input, tools }).chatRequest;
    expect(messages[1]).toMatchObject({ tool_calls: [asFunction, { id: 'c2' }] });
  });
});

import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { TextToolCallSplitter } from '../../stream/rescue/text-tool-call-splitter.js';
import { writeCall } from './write-call.js';

const tools = [{ type: 'function' as const, name: 'get_weather', parameters: { type: 'object' } }];
const input = [
  { role: 'user', content: 'Weather?' },
  { role: 'assistant', content: 'I will look.' },
  { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{"city":"Rome"}' },
  { type: 'function_call', call_id: 'c2', name: 'get_weather', arguments: '{"city":"Oslo"}' },
  { type: 'function_call_output', call_id: 'c1', output: 'sun' },
  { type: 'function_call_output', call_id: 'c2', output: 'rain' },
];

/** Writes each message as `role: text calls`. */
function told(dialect: Partial<BackendDialect>, asked: object = { tools, input }): string[] {
  const { messages } = translate(asked, dialect).chatRequest;
  return messages.map((message) => {
    const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
    const names = calls.map((call) => ` [${call.function?.arguments}]`).join('');
    return `${message.role}: ${typeof message.content === 'string' ? message.content : ''}${names}`;
  });
}

describe('what a template does not show', () => {
  it('is told natively where it shows all', () => {
    expect(told({})).toEqual([
      'user: Weather?',
      'assistant: I will look. [{"city":"Rome"}] [{"city":"Oslo"}]',
      'tool: sun',
      'tool: rain',
    ]);
  });

  it('one call after the other', () => {
    expect(told({ oneCallPerTurn: true })).toEqual([
      'user: Weather?',
      'assistant: I will look. [{"city":"Rome"}]',
      'tool: sun',
      'assistant:  [{"city":"Oslo"}]',
      'tool: rain',
    ]);
  });

  it('text apart from its calls', () => {
    expect(told({ textBesideCalls: 'apart' }).slice(1, 3)).toEqual([
      'assistant: I will look.',
      'assistant:  [{"city":"Rome"}] [{"city":"Oslo"}]',
    ]);
  });

  it('text with the first output', () => {
    expect(told({ textBesideCalls: 'with_output' }).slice(1)).toEqual([
      'assistant:  [{"city":"Rome"}] [{"city":"Oslo"}]',
      'tool: (Said with the call: I will look.)\nsun',
      'tool: rain',
    ]);
  });

  it.each<[Partial<BackendDialect>, string[]]>([
    [{ textBesideCalls: 'apart' }, ['assistant:  [{}]', 'tool: sun', 'assistant: Sunny.']],
    [{ textBesideCalls: 'with_output' }, ['assistant:  [{}]', 'tool: sun', 'assistant: Sunny.']],
    [
      { toolTelling: 'calls_as_text' },
      [
        'assistant: <tool_call>\n{"name": "get_weather", "arguments": {}}\n</tool_call>',
        'tool: sun',
        'assistant: Sunny.',
      ],
    ],
  ])('nothing but what is there, by %j', (dialect, expected) => {
    const bare = [
      { role: 'user', content: 'Weather?' },
      { type: 'function_call', call_id: 'c1', name: 'get_weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'sun' },
      { role: 'assistant', content: 'Sunny.' },
    ];
    expect(told(dialect, { tools, input: bare }).slice(1)).toEqual(expected);
  });

  it('no tools where there are none', () => {
    const asked = { input: [{ role: 'user', content: 'Hi' }] };
    expect(told({ toolTelling: 'all_as_text' }, asked)).toEqual(['user: Hi']);
  });

  it('calls as text', () => {
    const call = (city: string): string =>
      `<tool_call>\n{"name": "get_weather", "arguments": {"city":"${city}"}}\n</tool_call>`;
    expect(told({ toolTelling: 'calls_as_text' })).toEqual([
      'user: Weather?',
      `assistant: I will look.\n${call('Rome')}\n${call('Oslo')}`,
      'tool: sun',
      'tool: rain',
    ]);
  });

  it('tools and outputs as text', () => {
    const dialect = { toolTelling: 'all_as_text', mergeUserMessages: true } as const;
    const { chatRequest, offeredTools } = translate({ tools, input, tool_choice: 'auto' }, dialect);
    expect(chatRequest).not.toHaveProperty('tools');
    expect(chatRequest).not.toHaveProperty('tool_choice');
    expect([...offeredTools.keys()]).toEqual(['get_weather']);
    const [system, ...others] = told(dialect);
    expect(system).toContain('"name":"get_weather"');
    expect(others.at(-1)).toBe(
      'user: <tool_response>\nsun\n</tool_response>\n\n<tool_response>\nrain\n</tool_response>',
    );
  });

  it.each<BackendDialect['callStyle']>(['hermes', 'granite', 'deepseek', 'python'])(
    'a call written in the style of %s is read as the same call',
    (style) => {
      const call = {
        name: 'f',
        arguments: '{"a":"x \\"y\\" {","b":[1,null,true],"c":{"d":-2.5}}',
      };
      const splitter = new TextToolCallSplitter(new Map([['f', undefined]]));
      const parts = [...splitter.push(writeCall(call, style)), ...splitter.end()];
      expect(parts).toEqual([{ kind: 'call', call }]);
    },
  );
});

describe('a conversation of nothing but instructions', () => {
  const lonely = {
    instructions: 'Be brief.',
    input: [{ role: 'developer', content: 'Say hello.' }],
  };
  const roles = (dialect: Partial<BackendDialect>): unknown =>
    translate(lonely as never, dialect).chatRequest.messages.map(({ role }) => role);

  it('is answered as a user message where templates are strict', () => {
    expect(roles({ lateSystem: 'user' })).toEqual(['system', 'user']);
    expect(roles({ lateSystem: 'system', leadingSystem: 'separate' })).toEqual([
      'system',
      'system',
    ]);
  });
});

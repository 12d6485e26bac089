import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';

const parameters = { type: 'object', properties: { a: { type: 'string' } } };
const input = 'x';

describe('tools', () => {
  it.each([
    [
      'flat',
      { type: 'function', name: 'f', description: 'd', parameters, strict: true },
      { name: 'f', description: 'd', parameters, strict: true },
    ],
    [
      'nested',
      { type: 'function', function: { name: 'f', description: 'd', parameters, strict: false } },
      { name: 'f', description: 'd', parameters, strict: false },
    ],
    [
      'nested without parameters, strict outside',
      { type: 'function', function: { name: 'f' }, strict: true },
      { name: 'f', parameters: { type: 'object', properties: {} }, strict: true },
    ],
    [
      'nulls',
      { type: 'function', name: 'f', description: null, parameters: null, strict: null },
      { name: 'f', parameters: { type: 'object', properties: {} } },
    ],
    [
      'empty parameters',
      { type: 'function', name: 'f', parameters: {} },
      { name: 'f', parameters: { type: 'object', properties: {} } },
    ],
  ])('%s function', (_name, tool, expected) => {
    const { chatRequest, warnings } = translate({ input, tools: [tool] });
    expect(chatRequest.tools).toEqual([{ type: 'function', function: expected }]);
    expect(warnings).toEqual([]);
  });

  it('drops strict where the backend has it not, and says so once', () => {
    const tool = (name: string, strict: boolean) => ({
      type: 'function',
      name,
      parameters,
      strict,
    });
    const { chatRequest, warnings } = translate(
      { input, tools: [tool('a', false), tool('b', true), tool('c', true)] },
      { strictTools: 'drop' },
    );
    expect(chatRequest.tools).toEqual(
      ['a', 'b', 'c'].map((name) => ({ type: 'function', function: { name, parameters } })),
    );
    expect(warnings).toEqual([{ code: 'field_ignored', param: 'tools[1].strict' }]);
  });

  it('drops hosted tools with a warning; without any tool no tool field is sent', () => {
    const { chatRequest, warnings } = translate({
      input,
      tools: [{ type: 'web_search' }, { type: 'mcp', name: 'docs' }],
      tool_choice: 'auto',
      parallel_tool_calls: true,
    });
    expect(Object.keys(chatRequest)).toEqual(['model', 'messages', 'stream', 'stream_options']);
    expect(warnings).toEqual([
      { code: 'tool_dropped', param: 'tools[0].type' },
      { code: 'tool_dropped', param: 'tools[1].type' },
    ]);
  });

  it('gives illegal and long names a legal form, also in the history, and finds them again', () => {
    const long = 'x'.repeat(70);
    const translation = translate({
      input: [
        { type: 'function_call', call_id: 'c1', name: 'mcp.read', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: '' },
      ],
      tools: [
        { type: 'function', name: 'mcp.read' },
        { type: 'function', name: long },
      ],
    });
    const [first, second] = translation.chatRequest.tools!.map((tool) => tool.function?.name);
    expect(first).toMatch(/^mcp_read_[0-9a-f]{8}$/);
    expect(second).toMatch(/^x{55}_[0-9a-f]{8}$/);
    expect(translation.tools.resolve(second!)).toEqual({ type: 'function', name: long });
    expect(translation.chatRequest.messages[1]).toMatchObject({ name: first });
    expect(translation.warnings.map(({ code }) => code)).toEqual(['tool_renamed', 'tool_renamed']);
  });

  it('refuses the same tool twice', () => {
    const tool = { type: 'function', name: 'f' };
    expect(refusal(() => translate({ input, tools: [tool, tool] }))).toEqual({
      status: 400,
      code: 'duplicate_tool',
      param: 'tools[1].name',
    });
  });

  it.each([
    [true, true, true, []],
    [true, false, false, []],
    [false, true, undefined, []],
    [false, false, undefined, [{ code: 'field_ignored', param: 'parallel_tool_calls' }]],
    [true, null, undefined, []],
  ])('parallel_tool_calls: backend %s, asked %s', (parallelToolCalls, asked, sent, expected) => {
    const body = { input, tools: [{ type: 'function', name: 'f' }], parallel_tool_calls: asked };
    const { chatRequest, warnings } = translate(body, { parallelToolCalls });
    expect(chatRequest.parallel_tool_calls).toBe(sent);
    expect(warnings).toEqual(expected);
  });
});

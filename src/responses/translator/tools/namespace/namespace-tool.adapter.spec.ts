import { describe, expect, it } from '@jest/globals';
import { refusal, translate } from '../../../../../test/support/translate.js';
import { WarningCollector } from '../../warning.js';
import { NamespaceToolAdapter } from './namespace-tool.adapter.js';

const parameters = { type: 'object', properties: { a: { type: 'string' } } };
const namespace = (name: string, ...tools: object[]) => ({ type: 'namespace', name, tools });
const fn = (name: string, more: object = {}) => ({ type: 'function', name, parameters, ...more });
const input = 'x';

describe('NamespaceToolAdapter', () => {
  it('makes a function of each tool; the first tells what the namespace is', () => {
    const tool = {
      ...namespace('mcp__lab', fn('add', { description: 'Adds.' }), {
        type: 'custom',
        name: 'run',
      }),
      description: 'Lab.',
    };
    const warnings = new WarningCollector();
    const [add, run] = new NamespaceToolAdapter().declare(tool, 'tools[0]', warnings);
    expect(add).toEqual({
      identity: { type: 'function', name: 'add', namespace: 'mcp__lab' },
      function: {
        name: 'mcp__lab__add',
        description: "Tools of 'mcp__lab': Lab.\n\nAdds.",
        parameters,
      },
    });
    expect(run).toMatchObject({
      identity: { type: 'custom', name: 'run', namespace: 'mcp__lab' },
      function: { name: 'mcp__lab__run' },
    });
    expect(warnings.list()).toEqual([]);
  });

  it('leaves out what cannot be in a namespace', () => {
    const warnings = new WarningCollector();
    const tool = namespace(
      'n',
      { type: 'web_search' },
      { type: 'namespace', name: 'm', tools: [] },
    );
    expect(new NamespaceToolAdapter().declare(tool, 'tools[4]', warnings)).toEqual([]);
    expect(warnings.list()).toMatchObject([
      { code: 'tool_dropped', param: 'tools[4].tools[0].type' },
      { code: 'tool_dropped', param: 'tools[4].tools[1].type' },
    ]);
  });
});

describe('namespaces of a request', () => {
  it('are flattened without a warning, and every name leads back', () => {
    const tools = [
      fn('read'),
      namespace('functions', fn('exec_command')),
      namespace('mcp__a', fn('read'), { type: 'custom', name: 'patch' }),
    ];
    const { chatRequest, tools: registry, warnings } = translate({ input, tools });
    expect(chatRequest.tools?.map((tool) => tool.function?.name)).toEqual([
      'read',
      'exec_command',
      'mcp__a__read',
      'mcp__a__patch',
    ]);
    expect(registry.resolve('exec_command').namespace).toBe('functions');
    expect(registry.resolve('mcp__a__read')).toEqual({
      type: 'function',
      name: 'read',
      namespace: 'mcp__a',
    });
    // A model that leaves the namespace out means the tool that has this name.
    expect(registry.resolve('patch')).toMatchObject({ type: 'custom', namespace: 'mcp__a' });
    expect(warnings).toEqual([]);
  });

  it.each([
    ['two ways to one name', namespace('a', fn('b__c')), namespace('a__b', fn('c'))],
    ['a plain function', fn('a__b'), namespace('a', fn('b'))],
    ['the plain namespace', fn('exec'), namespace('functions', fn('exec'))],
    [
      'a function and a custom tool',
      namespace('a', fn('b')),
      namespace('a', { type: 'custom', name: 'b' }),
    ],
  ])('collisions are told apart: %s', (_name, first, second) => {
    const { chatRequest, tools, warnings } = translate({ input, tools: [first, second] });
    const names = chatRequest.tools!.map((tool) => tool.function?.name);
    expect(new Set(names).size).toBe(2);
    expect(tools.resolve(names[0]!)).not.toEqual(tools.resolve(names[1]!));
    expect(warnings).toEqual([{ code: 'tool_renamed', param: 'tools[1].name' }]);
  });

  it('long MCP names are shortened the same way in tools and history', () => {
    const name =
      'look_up_the_very_long_name_of_a_tool_that_goes_on_and_on_for_more_than_sixty_four';
    const call = {
      type: 'function_call',
      call_id: 'c',
      namespace: 'mcp__lab',
      name,
      arguments: '{}',
    };
    const output = { type: 'function_call_output', call_id: 'c', output: 'ok' };
    const body = { input: [{ role: 'user', content: 'x' }, call, output] };
    const { chatRequest, tools } = translate({ ...body, tools: [namespace('mcp__lab', fn(name))] });
    const [tool] = chatRequest.tools!;
    expect(tool!.function!.name.length).toBeLessThanOrEqual(64);
    expect(chatRequest.messages[1]).toMatchObject({
      tool_calls: [{ function: { name: tool!.function!.name } }],
    });
    expect(tools.resolve(tool!.function!.name)).toMatchObject({ name, namespace: 'mcp__lab' });
    expect(translate(body).chatRequest.messages).toEqual(chatRequest.messages);
  });

  it('the same tool twice is refused', () => {
    const twice = [namespace('a', fn('b')), namespace('a', fn('b'))];
    expect(refusal(() => translate({ input, tools: twice }))).toMatchObject({
      code: 'duplicate_tool',
      param: 'tools[1].name',
    });
  });
});

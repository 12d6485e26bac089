import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';

const fn = (name: string, more: object = {}) => ({ type: 'function', name, ...more });
const namespace = (...tools: object[]) => ({ type: 'namespace', name: 'mcp__lab', tools });
const user = { role: 'user', content: 'x' };
const additional = (...tools: object[]) => ({ type: 'additional_tools', role: 'developer', tools });
const search = (call_id: string, ...tools: object[]) => [
  { type: 'tool_search_call', call_id, execution: 'client', arguments: { query: 'q' } },
  { type: 'tool_search_output', call_id, execution: 'client', status: 'completed', tools },
];
const namesOf = (body: Parameters<typeof translate>[0], history: object[] = []) =>
  translate(body, {}, { history: history as { type: string }[] }).chatRequest.tools?.map(
    (tool) => tool.function?.name,
  );

describe('tools that items bring', () => {
  it('come after the request’s own, history first, in their order', () => {
    expect(
      namesOf(
        {
          tools: [fn('top')],
          input: [additional(fn('b')), user, ...search('c1', namespace(fn('add')))],
        },
        [additional(fn('a'))],
      ),
    ).toEqual(['top', 'a', 'b', 'mcp__lab__add']);
  });

  it('are the tools of a request that has none itself', () => {
    expect(namesOf({ input: [additional(fn('a')), user] })).toEqual(['a']);
  });

  it('only append from turn to turn', () => {
    const first = [user, ...search('c1', namespace(fn('add')))];
    const second = [...first, user, ...search('c2', namespace(fn('sub'), fn('add')))];
    const tools = [fn('top')];
    expect(namesOf({ tools, input: first })).toEqual(['top', 'mcp__lab__add']);
    expect(namesOf({ tools, input: second })).toEqual(['top', 'mcp__lab__add', 'mcp__lab__sub']);
  });

  it('found twice are offered once; other parameters are told', () => {
    const other = { parameters: { type: 'object', properties: { a: {} } } };
    const { chatRequest, warnings } = translate({
      tools: [fn('a', { description: 'top' })],
      input: [additional(fn('a'), fn('b')), additional(fn('b', other)), user],
    });
    expect(chatRequest.tools?.map((tool) => tool.function?.name)).toEqual(['a', 'b']);
    expect(chatRequest.tools?.[0]?.function?.description).toBe('top');
    expect(warnings).toEqual([{ code: 'tool_duplicate', param: 'input[1].tools[0]' }]);
  });

  it('that are hosted are dropped with their path', () => {
    const { warnings } = translate({ input: [additional({ type: 'web_search' }), user] });
    expect(warnings).toEqual([{ code: 'tool_dropped', param: 'input[0].tools[0].type' }]);
  });
});

describe('a tool search in the history', () => {
  it('is a call of its function, answered with the names that the model can call', () => {
    const { chatRequest, tools } = translate({
      tools: [{ type: 'tool_search', execution: 'client' }],
      input: [user, ...search('c1', namespace(fn('add')), fn('top'))],
    });
    expect(chatRequest.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'tool_search', arguments: '{"query":"q"}' },
          },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'c1',
        name: 'tool_search',
        content: 'Found tools: mcp__lab__add, top',
      },
    ]);
    expect(tools.resolve('mcp__lab__add')).toEqual({
      type: 'function',
      name: 'add',
      namespace: 'mcp__lab',
    });
  });
});

describe('outputs of local shells', () => {
  it('are found by call_id, or by the id of the call', () => {
    const call = (id: string, call_id: string) => ({
      type: 'local_shell_call',
      id,
      call_id,
      action: { type: 'exec', command: ['ls'], env: {} },
    });
    const { chatRequest } = translate({
      input: [
        user,
        call('lsh_1', 'c1'),
        call('lsh_2', 'c2'),
        { type: 'local_shell_call_output', id: 'lsh_2', output: 'two' },
        { type: 'local_shell_call_output', call_id: 'c1', id: 'lso_1', output: 'one' },
      ],
    });
    expect(chatRequest.messages.slice(2)).toMatchObject([
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: 'two' },
    ]);
  });
});

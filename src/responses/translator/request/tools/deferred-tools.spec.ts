import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';

const f = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };
const g = { ...f, name: 'g', defer_loading: true };
const user = { role: 'user', content: 'Hi' };
const server = { type: 'tool_search' };
const client = { type: 'tool_search', execution: 'client' };

const namesIn = ({ chatRequest }: ReturnType<typeof translate>) =>
  (chatRequest.tools ?? []).map((tool) => tool.function.name);

describe('deferred tools', () => {
  it('are all offered where the server would search, under their own names', () => {
    const space = { type: 'namespace', name: 'n', description: 'N', tools: [{ ...g, name: 'h' }] };
    const translation = translate({ input: 'Hi', tools: [server, f, g, space] });
    expect(namesIn(translation)).toEqual(['f', 'g', 'n__h']);
    expect(translation.warnings).toEqual([{ code: 'tool_dropped', param: 'tools[0].execution' }]);
    expect(translation.tools.resolve('g')).toEqual({ type: 'function', name: 'g', namespace: 'g' });
    expect([...translation.waitingTools.keys()]).toEqual(['g', 'n__h']);
    expect(translation.waitingTools.get('n__h')).toMatchObject({
      name: 'n',
      tools: [{ name: 'h' }],
    });
  });

  it('wait no more when the history brought them; their calls keep their names', () => {
    const search = { execution: 'server', call_id: null, status: 'completed' };
    const call = {
      type: 'function_call',
      call_id: 'c',
      name: 'g',
      namespace: 'g',
      arguments: '{}',
    };
    const bare = { ...g, defer_loading: undefined };
    const translation = translate({
      input: [
        user,
        { ...search, type: 'tool_search_call', id: 'tsc_1', arguments: {} },
        { ...search, type: 'tool_search_output', id: 'tso_1', tools: [bare] },
        call,
        { type: 'function_call_output', call_id: 'c', output: 'ok' },
      ],
      tools: [server, g],
    });
    expect(namesIn(translation)).toEqual(['g']);
    expect(translation.waitingTools.size).toBe(0);
    expect(translation.chatRequest.messages[1]).toMatchObject({
      tool_calls: [{ function: { name: 'g' } }],
    });
  });

  it('are held back until a search by the client brings them', () => {
    const tools = [client, f, g];
    expect(namesIn(translate({ input: 'Hi', tools }))).toEqual(['tool_search', 'f']);
    const call = { type: 'tool_search_call', call_id: 'c', execution: 'client', arguments: {} };
    const output = { type: 'tool_search_output', call_id: 'c', execution: 'client', tools: [g] };
    const found = translate({ input: [user, call, output], tools });
    expect(namesIn(found)).toEqual(['tool_search', 'f', 'g']);
    expect(found.warnings).toEqual([]);
  });

  it('are offered at once, with a warning, where nobody searches', () => {
    const translation = translate({ input: 'Hi', tools: [g] });
    expect(namesIn(translation)).toEqual(['g']);
    expect(translation.warnings).toEqual([
      { code: 'field_ignored', param: 'tools[0].defer_loading' },
    ]);
  });
});

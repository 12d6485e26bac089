import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';
import { ServerSearchAdapter } from '../../../pipeline/executors/tool-search/server-search.adapter.js';
import { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { toolAdapters } from '../../tools/tool-adapters.js';
import { deferredTools } from './deferred-tools.js';

const f = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };
const g = { ...f, name: 'g', defer_loading: true };
const user = { role: 'user', content: 'Hi' };
const server = { type: 'tool_search' };
const client = { type: 'tool_search', execution: 'client' };

const namesIn = ({ chatRequest }: ReturnType<typeof translate>) =>
  (chatRequest.tools ?? []).map((tool) => tool.function?.name);

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

  it('are looked at for fields that are lost while they are held back, too', () => {
    const typed = { ...g, output_schema: { type: 'object' } };
    const inside = { type: 'namespace', name: 'n', description: 'N', tools: [f, typed] };
    const { warnings } = translate({ input: 'Hi', tools: [client, typed, inside] });
    expect(warnings).toEqual([
      { code: 'field_ignored', param: 'tools[1].output_schema' },
      { code: 'field_ignored', param: 'tools[2].tools[1].output_schema' },
    ]);
  });

  it('keep what is said of their namespace with the tool of it that is shown', () => {
    const inside = { type: 'namespace', name: 'n', description: 'N', tools: [g, f] };
    const { chatRequest } = translate({ input: 'Hi', tools: [client, inside] });
    expect(chatRequest.tools?.[1]?.function).toMatchObject({
      name: 'n__f',
      description: "Tools of 'n': N",
    });
  });
});

describe('deferred tools, where a search by the server runs here', () => {
  const custom = { type: 'custom', name: 'c', defer_loading: true };
  const space = {
    type: 'namespace',
    name: 'crm',
    description: 'Customers',
    tools: [
      { ...g, name: 'h' },
      { ...g, name: 'i' },
    ],
  };
  const tools = [server, f, g, custom, space];
  const adapters = new ToolAdapterSet([
    ...toolAdapters,
    new ServerSearchAdapter(deferredTools(tools)),
  ]);
  const run = (body: object, dialect = {}) =>
    translate({ input: 'Hi', tools, ...body }, dialect, { adapters });
  const searched = { execution: 'server', call_id: null, status: 'completed' };
  const search = { ...searched, type: 'tool_search_call', id: 'tsc_1', arguments: { query: 'h' } };
  const output = { ...searched, type: 'tool_search_output', id: 'tso_1' };

  it('are held back, and the search tells what there is', () => {
    const { chatRequest, warnings } = run({});
    expect(namesIn(run({}))).toEqual(['tool_search', 'f']);
    expect(chatRequest.tools?.[0]?.function?.description).toContain('4 further tools');
    expect(chatRequest.tools?.[0]?.function?.description).toContain('- crm: Customers');
    expect(warnings).toEqual([]);
  });

  it('come behind the others when a search has found them, and the model is told', () => {
    const found = { ...output, tools: [{ ...space, tools: [space.tools[1]] }, g] };
    const translation = run({ input: [user, search, found, user] });
    expect(namesIn(translation)).toEqual(['tool_search', 'f', 'crm__i', 'g']);
    expect(translation.chatRequest.messages).toMatchObject([
      { role: 'user' },
      {
        role: 'assistant',
        tool_calls: [{ function: { name: 'tool_search', arguments: '{"query":"h"}' } }],
      },
      { role: 'tool', content: 'Found tools: crm__i, g' },
      { role: 'user' },
    ]);
    expect(translation.warnings).toEqual([]);
  });

  it('searches of one answer keep their outputs apart', () => {
    const { chatRequest } = run({
      input: [
        user,
        search,
        { ...search, id: 'tsc_2' },
        { ...output, tools: [g] },
        { ...output, id: 'tso_2', tools: [custom] },
      ],
    });
    const outputs = chatRequest.messages.filter(({ role }) => role === 'tool');
    expect(outputs.map(({ content }) => content)).toEqual(['Found tools: g', 'Found tools: c']);
  });

  it('an output without its call is left out, its tools are offered', () => {
    const translation = run({ input: [user, { ...output, tools: [g] }] });
    expect(translation.chatRequest.messages).toHaveLength(1);
    expect(namesIn(translation)).toContain('g');
  });

  it('are known when the model calls one that no search has brought', () => {
    const translation = run({});
    expect(translation.tools.resolve('g')).toEqual({ type: 'function', name: 'g', namespace: 'g' });
    expect(translation.tools.resolve('crm__h')).toMatchObject({ name: 'h', namespace: 'crm' });
    expect([...translation.waitingTools.keys()]).toEqual(['g', 'c', 'crm__h', 'crm__i']);
  });

  it('are offered when the client chooses them', () => {
    const translation = run({ tool_choice: { type: 'function', name: 'g' } });
    expect(namesIn(translation)).toEqual(['tool_search', 'f', 'g']);
    const allowed = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'custom', name: 'c' }] };
    expect(namesIn(run({ tool_choice: allowed }))).toEqual(['tool_search', 'f', 'c']);
  });

  it('are all offered where the profile says so', () => {
    const translation = run({}, { toolSearch: 'offer' });
    expect(namesIn(translation)).toEqual(['f', 'g', 'c', 'crm__h', 'crm__i']);
    expect(translation.warnings).toEqual([{ code: 'tool_dropped', param: 'tools[0].execution' }]);
    const told = run({ input: [user, search, { ...output, tools: [g] }] }, { toolSearch: 'offer' });
    expect(told.chatRequest.messages).toHaveLength(1);
  });
});

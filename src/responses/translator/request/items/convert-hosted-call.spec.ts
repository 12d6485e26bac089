import { describe, expect, it } from '@jest/globals';
import { translate } from '../../../../../test/support/translate.js';

/** Gives the call that an item becomes, as `name arguments`, and what came back. */
function told(item: Record<string, unknown>) {
  const { chatRequest, warnings } = translate({ input: ['Hi', item].map(asItem) });
  const [, call, output] = chatRequest.messages;
  const calls = call?.role === 'assistant' ? (call.tool_calls ?? []) : [];
  return {
    calls: calls.map((made) => `${made.function?.name} ${made.function?.arguments}`),
    output: output?.role === 'tool' ? output.content : undefined,
    warnings,
  };
}

function asItem(item: unknown): unknown {
  return typeof item === 'string' ? { role: 'user', content: item } : item;
}

const lost = 'What this call brought is not in the conversation any more.';

describe('a call that a server ran, and what it brought', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a search with its sources',
      {
        type: 'web_search_call',
        action: {
          type: 'search',
          query: 'rain',
          sources: [{ type: 'url', url: 'https://a.test' }, 'odd', { url: 7 }],
        },
      },
      'web_search {"type":"search","query":"rain"}',
      'https://a.test',
    ],
    [
      'a search without them',
      { type: 'web_search_call', action: { type: 'search', query: 'rain' } },
      'web_search {"type":"search","query":"rain"}',
      lost,
    ],
    [
      'what was found in files',
      {
        type: 'file_search_call',
        queries: ['a'],
        results: [{ filename: 'a.md', text: 'A' }, { file_id: 'file_1' }, 'odd'],
      },
      'file_search {"queries":["a"]}',
      'a.md:\nA\n\nfile:\n\n\nodd',
    ],
    [
      'nothing found in files',
      { type: 'file_search_call', queries: ['a'], results: [] },
      'file_search {"queries":["a"]}',
      'Nothing was found.',
    ],
    [
      'what was found, not told',
      { type: 'file_search_call', queries: ['a'], results: null },
      'file_search {"queries":["a"]}',
      lost,
    ],
    [
      'what code printed and drew',
      {
        type: 'code_interpreter_call',
        code: '1+1',
        outputs: [
          { type: 'logs', logs: '2' },
          { type: 'image', url: 'https://a.test/p.png' },
          { type: 'image', url: 'data:image/png;base64,AAAA' },
          7,
        ],
      },
      'code_interpreter {"code":"1+1"}',
      '2\n\n[image: https://a.test/p.png]\n\n[image]\n\n7',
    ],
    [
      'code that printed nothing',
      { type: 'code_interpreter_call', code: '1', outputs: [] },
      'code_interpreter {"code":"1"}',
      'The code ran and printed nothing.',
    ],
    [
      'a call of a server',
      { type: 'mcp_call', server_label: 'lab', name: 'add', arguments: '{"a":1}', output: '' },
      'lab__add {"a":1}',
      '',
    ],
    [
      'a call of a server that failed',
      { type: 'mcp_call', name: 'add', arguments: '{}', error: { code: 7 } },
      'add {}',
      'Error: {"code":7}',
    ],
    [
      'a call without a name that failed',
      { type: 'mcp_call', arguments: '{}', error: 'away' },
      'mcp {}',
      'Error: away',
    ],
    [
      'a call that says of itself alone that it failed',
      { type: 'file_search_call', status: 'failed' },
      'file_search {}',
      'Error: The tool failed.',
    ],
  ])('%s', (_name, item, call, output) => {
    expect(told({ id: 'x_1', status: 'completed', ...item })).toEqual({
      calls: [call],
      output: expect.stringContaining(output) as unknown,
      warnings: output === lost ? [{ code: 'tool_output_filled', param: 'input[1]' }] : [],
    });
  });

  it('is left out with a warning where it says nothing', () => {
    expect(told({ type: 'file_search_call', id: 'x_1', status: 'completed' })).toEqual({
      calls: [],
      output: undefined,
      warnings: [{ code: 'item_skipped', param: 'input[1]' }],
    });
  });

  it('has an id of its own where the item has none', () => {
    const item = { type: 'mcp_call', name: 'add', arguments: '{}', output: '2' };
    const { messages } = translate({ input: [item, item] }).chatRequest;
    const ids = messages.flatMap((message) =>
      message.role === 'tool' ? [message.tool_call_id] : [],
    );
    expect(new Set(ids).size).toBe(2);
  });
});

it.each<[string, Record<string, unknown>[], string, string]>([
  [
    'a program',
    [
      { type: 'program', id: 'p_1', code: 'run()' },
      { type: 'program_output', call_id: 'p_1' },
    ],
    'program {"code":"run()"}',
    '',
  ],
  [
    'a call between agents',
    [
      { type: 'multi_agent_call', id: 'm_1', arguments: '{"to":"b"}' },
      {
        type: 'multi_agent_call_output',
        call_id: 'm_1',
        output: [{ type: 'output_text', text: 'done', annotations: [] }],
      },
    ],
    'multi_agent {"to":"b"}',
    'done',
  ],
])('%s is a call of a function, by the id that it has', (_name, items, call, output) => {
  const { messages } = translate({
    input: [{ role: 'user', content: 'Hi' }, ...items],
  }).chatRequest;
  expect(messages.slice(1)).toMatchObject([
    {
      role: 'assistant',
      tool_calls: [
        { function: { name: call.split(' ')[0], arguments: call.slice(call.indexOf(' ') + 1) } },
      ],
    },
    { role: 'tool', content: output },
  ]);
});

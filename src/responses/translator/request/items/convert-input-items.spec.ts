import { describe, expect, it } from '@jest/globals';
import { chatOrderProblems } from '../../../../../test/support/chat-order-checker.js';
import { refusal, translate } from '../../../../../test/support/translate.js';
import { WarningCollector } from '../../warning.js';

const user = (text: string) => ({ type: 'message', role: 'user', content: text });
const assistant = (text: string) => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text }],
});
const call = (call_id: string, name = 'python', args = '{}') => ({
  type: 'function_call',
  call_id,
  name,
  arguments: args,
});
const output = (call_id: string, text: unknown = 'done') => ({
  type: 'function_call_output',
  call_id,
  output: text,
});
const chatCall = (id: string, name = 'python', args = '{}') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const calls = (...toolCalls: unknown[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: toolCalls,
});
const tool = (tool_call_id: string, content = 'done', name = 'python') => ({
  role: 'tool',
  tool_call_id,
  name,
  content,
});
const hi = { role: 'user', content: 'hi' };

interface Row {
  name: string;
  input: unknown;
  messages: unknown[];
  warnings?: { code: string; param: string | null }[];
}

const rows: Row[] = [
  { name: 'string input', input: 'hi', messages: [hi] },
  { name: 'untyped message', input: [{ role: 'user', content: 'hi' }], messages: [hi] },
  {
    name: 'second turn (Kimi K3)',
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'Run print(1+1)' }] },
      call('python:0', 'python', '{"code":"print(1+1)"}'),
      output('python:0', '2'),
    ],
    messages: [
      { role: 'user', content: 'Run print(1+1)' },
      calls(chatCall('python:0', 'python', '{"code":"print(1+1)"}')),
      tool('python:0', '2'),
    ],
  },
  {
    name: 'parallel merge',
    input: [
      user('hi'),
      call('c1', 'list_dir'),
      call('c2', 'read_file'),
      output('c1', 'a\nb'),
      output('c2', 'hello'),
    ],
    messages: [
      hi,
      calls(chatCall('c1', 'list_dir'), chatCall('c2', 'read_file')),
      tool('c1', 'a\nb', 'list_dir'),
      tool('c2', 'hello', 'read_file'),
    ],
  },
  {
    name: 'outputs of parallel calls in another order',
    input: [user('hi'), call('c1'), call('c2'), output('c2', '2'), output('c1', '1')],
    messages: [hi, calls(chatCall('c1'), chatCall('c2')), tool('c1', '1'), tool('c2', '2')],
  },
  {
    name: 'interleaved stays two rounds',
    input: [user('hi'), call('c1'), output('c1'), call('c2'), output('c2')],
    messages: [hi, calls(chatCall('c1')), tool('c1'), calls(chatCall('c2')), tool('c2')],
  },
  {
    name: 'reasoning before a call',
    input: [
      user('hi'),
      { type: 'reasoning', text: 'I should run the code.' },
      call('c1'),
      output('c1'),
      assistant('The answer is 2.'),
    ],
    messages: [
      hi,
      { ...calls(chatCall('c1')), content: '<think>I should run the code.</think>' },
      tool('c1'),
      { role: 'assistant', content: 'The answer is 2.' },
    ],
  },
  {
    name: 'text then call',
    input: [user('hi'), assistant('Let me run that.'), call('c1'), output('c1')],
    messages: [hi, { ...calls(chatCall('c1')), content: 'Let me run that.' }, tool('c1')],
  },
  {
    name: 'an assistant message takes the call before it',
    input: [user('hi'), call('c1'), assistant('Running.'), output('c1')],
    messages: [hi, { ...calls(chatCall('c1')), content: 'Running.' }, tool('c1')],
  },
  {
    name: "the Rust proxy's documented flow: empty assistant, call, output",
    input: [user('hi'), { role: 'assistant', content: '' }, call('c1'), output('c1')],
    messages: [hi, calls(chatCall('c1')), tool('c1')],
  },
  {
    name: 'tool-role form of MCP bridges',
    input: [
      user('hi'),
      call('c1'),
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'input_text', text: '2' }] },
    ],
    messages: [hi, calls(chatCall('c1')), tool('c1', '2')],
  },
  {
    name: 'tool-role form with output parts',
    input: [
      user('hi'),
      call('c1'),
      {
        role: 'tool',
        tool_call_id: 'c1',
        content: [
          { type: 'output', content_type: 'application/json', body: '{"a":1}' },
          { type: 'output', content_type: 'application/json', body: { b: 2 } },
        ],
      },
    ],
    messages: [hi, calls(chatCall('c1')), tool('c1', '{"a":1}\n{"b":2}')],
  },
  {
    name: 'id only',
    input: [
      user('hi'),
      { type: 'function_call', id: 'fc_123', name: 'python', arguments: '{}' },
      { type: 'function_call_output', id: 'fc_123', output: '2' },
    ],
    messages: [hi, calls(chatCall('fc_123')), tool('fc_123', '2')],
  },
  {
    name: 'no id at all: the oldest unanswered call',
    input: [
      user('hi'),
      { type: 'function_call', name: 'a' },
      { type: 'function_call', name: 'b' },
      { type: 'function_call_output', output: '1' },
      { type: 'function_call_output', output: '2' },
    ],
    messages: [
      hi,
      calls(chatCall('call_a_0', 'a'), chatCall('call_b_1', 'b')),
      tool('call_a_0', '1', 'a'),
      tool('call_b_1', '2', 'b'),
    ],
  },
  {
    name: 'a call that the client lets run on is not without an output',
    input: [user('hi'), { ...call('c1'), async: true }],
    messages: [
      hi,
      calls(chatCall('c1')),
      tool('c1', 'This call is still running; its output is not there yet.'),
    ],
  },
  {
    name: 'trailing call is filled',
    input: [user('hi'), call('c1')],
    messages: [hi, calls(chatCall('c1')), tool('c1', 'No output was recorded for this call.')],
    warnings: [{ code: 'tool_output_filled', param: 'input[1]' }],
  },
  {
    name: 'flush before a user message',
    input: [user('hi'), call('c1'), output('c1'), user('hi'), call('c2'), output('c2')],
    messages: [hi, calls(chatCall('c1')), tool('c1'), hi, calls(chatCall('c2')), tool('c2')],
  },
  {
    name: 'a user message between call and output moves after the round',
    input: [user('hi'), call('c1'), user('wait'), output('c1')],
    messages: [hi, calls(chatCall('c1')), tool('c1'), { role: 'user', content: 'wait' }],
    warnings: [{ code: 'tool_output_moved', param: 'input[3]' }],
  },
  {
    name: 'an assistant message between two outputs moves after the round',
    input: [user('hi'), call('c1'), call('c2'), output('c1'), assistant('so'), output('c2')],
    messages: [
      hi,
      calls(chatCall('c1'), chatCall('c2')),
      tool('c1'),
      tool('c2'),
      { role: 'assistant', content: 'so' },
    ],
    warnings: [{ code: 'tool_output_moved', param: 'input[5]' }],
  },
  {
    name: 'a late output does not cut the turn that is being said',
    input: [user('hi'), call('c1'), user('hi'), assistant('a'), output('c1'), call('c2')],
    messages: [
      hi,
      calls(chatCall('c1')),
      tool('c1'),
      hi,
      { ...calls(chatCall('c2')), content: 'a' },
      tool('c2', 'No output was recorded for this call.'),
    ],
    warnings: [
      { code: 'tool_output_moved', param: 'input[4]' },
      { code: 'tool_output_filled', param: 'input[5]' },
    ],
  },
  {
    name: 'the last of two outputs wins',
    input: [user('hi'), call('c1'), output('c1', 'old'), output('c1', 'new')],
    messages: [hi, calls(chatCall('c1')), tool('c1', 'new')],
    warnings: [{ code: 'tool_output_duplicate', param: 'input[3]' }],
  },
  {
    name: 'the same call twice is one call',
    input: [user('hi'), call('c1'), call('c1'), output('c1')],
    messages: [hi, calls(chatCall('c1')), tool('c1')],
    warnings: [{ code: 'tool_call_duplicate', param: 'input[2]' }],
  },
  {
    name: 'two calls of one id are told apart',
    input: [
      user('hi'),
      call('c1', 'a'),
      call('c1_2', 'x'),
      call('c1', 'b'),
      output('c1', '1'),
      output('c1', '2'),
      output('c1_2', '3'),
    ],
    messages: [
      hi,
      calls(chatCall('c1', 'a'), chatCall('c1_2', 'x'), chatCall('c1_3', 'b')),
      tool('c1', '1', 'a'),
      tool('c1_2', '3', 'x'),
      tool('c1_3', '2', 'b'),
    ],
    warnings: [{ code: 'tool_call_duplicate', param: 'input[3]' }],
  },
  {
    name: 'a call id that comes back in a later round',
    input: [user('hi'), call('0'), output('0', '1'), user('hi'), call('0'), output('0', '2')],
    messages: [hi, calls(chatCall('0')), tool('0', '1'), hi, calls(chatCall('0')), tool('0', '2')],
  },
  {
    name: 'plain chat',
    input: [user('hi'), assistant('hello'), user('bye')],
    messages: [hi, { role: 'assistant', content: 'hello' }, { role: 'user', content: 'bye' }],
  },
  {
    name: 'neighbouring assistant messages join (phases)',
    input: [
      { ...assistant('a'), phase: 'commentary', id: 'msg_1', status: 'completed' },
      { ...assistant('b'), phase: 'final_answer' },
      user('hi'),
    ],
    messages: [{ role: 'assistant', content: 'a\n\nb' }, hi],
  },
  {
    name: 'call without arguments',
    input: [user('hi'), { type: 'function_call', call_id: 'c1', name: 'python' }, output('c1')],
    messages: [hi, calls(chatCall('c1')), tool('c1')],
  },
  {
    name: 'object arguments',
    input: [
      user('hi'),
      { type: 'function_call', call_id: 'c1', name: 'python', arguments: { a: 1 } },
      output('c1'),
    ],
    messages: [hi, calls(chatCall('c1', 'python', '{"a":1}')), tool('c1')],
  },
  {
    name: 'custom tool call and output',
    input: [
      user('hi'),
      { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: 'a "b"' },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' },
    ],
    messages: [
      hi,
      calls(chatCall('c1', 'apply_patch', '{"input":"a \\"b\\""}')),
      tool('c1', 'ok', 'apply_patch'),
    ],
  },
  {
    name: 'sub-agent task',
    input: [
      {
        type: 'agent_message',
        author: '/root',
        recipient: '/root/counter',
        content: [
          { type: 'input_text', text: 'Sender: /root' },
          { type: 'encrypted_content', encrypted_content: 'Count.' },
        ],
      },
    ],
    messages: [{ role: 'user', content: 'Sender: /root\nCount.' }],
  },
  {
    name: 'agent message after a round',
    input: [
      user('hi'),
      call('c1'),
      output('c1'),
      { type: 'agent_message', author: '/root/c', recipient: '/root', content: 'FINAL .. 5' },
    ],
    messages: [
      hi,
      calls(chatCall('c1')),
      tool('c1'),
      { role: 'user', content: '[Message from /root/c to /root]\nFINAL .. 5' },
    ],
  },
  {
    name: 'unknown item types are skipped',
    input: [user('hi'), { type: 'web_search_call', id: 'ws_1' }],
    messages: [hi],
    warnings: [{ code: 'item_skipped', param: 'input[1]' }],
  },
  {
    name: 'a reference to an item of the conversation adds nothing',
    input: [{ ...user('hi'), id: 'msg_1' }, { id: 'msg_1' }],
    messages: [hi],
  },
  {
    name: 'a reference to an item out of reach',
    input: [user('hi'), { type: 'item_reference', id: 'msg_9' }],
    messages: [hi],
    warnings: [{ code: 'item_skipped', param: 'input[1]' }],
  },
];

const asked = {
  type: 'mcp_approval_request',
  id: 'mcpr_1',
  name: 'erase',
  server_label: 'lab',
  arguments: '{}',
};
const answer = (approve: boolean) => ({
  type: 'mcp_approval_response',
  approval_request_id: 'mcpr_1',
  approve,
});
const ran = {
  type: 'mcp_call',
  id: 'mcp_1',
  name: 'erase',
  server_label: 'lab',
  arguments: '{}',
  output: 'ok',
  approval_request_id: 'mcpr_1',
};

describe('what a conversation does not say any more', () => {
  it.each([
    [
      'a request that nobody answered',
      [user('hi'), asked, user('well?')],
      ['item_skipped input[1]'],
    ],
    [
      'an approval that nothing here runs',
      [user('hi'), asked, answer(true)],
      ['item_skipped input[2]'],
    ],
    ['an answer to nothing', [user('hi'), answer(true)], ['item_skipped input[1]']],
    ['a refusal, which the model is told', [user('hi'), asked, answer(false)], []],
    ['a call that ran', [user('hi'), asked, answer(true), ran], []],
    ['a call that ran in an earlier turn', [user('hi'), asked, ran, user('well?')], []],
    [
      'a search without results',
      [user('hi'), { type: 'file_search_call', id: 'fs_1', queries: ['q'], results: null }],
      ['tool_output_filled input[1]'],
    ],
    [
      'a search that found nothing',
      [user('hi'), { type: 'file_search_call', id: 'fs_1', queries: ['q'], results: [] }],
      [],
    ],
  ])('%s', (_name, input, told) => {
    const { warnings } = translate({ input });
    expect(warnings.map(({ code, param }) => `${code} ${param}`)).toEqual(told);
  });
});

describe('input items -> chat messages', () => {
  it.each(rows)('$name', ({ input, messages, warnings = [] }) => {
    const translation = translate({ input });
    expect(translation.chatRequest.messages).toEqual(messages);
    expect(translation.warnings).toEqual(warnings);
    expect(chatOrderProblems(translation.chatRequest.messages)).toEqual([]);
  });

  it.each([
    ['unknown call id', [user('hi'), call('c1'), output('x')], 'input[2].call_id'],
    ['output before its call', [output('c1'), call('c1')], 'input[0].call_id'],
    ['no call to answer', [{ type: 'function_call_output', output: '' }], 'input[0].call_id'],
    ['tool message', [{ role: 'tool', tool_call_id: 'x', content: '' }], 'input[0].tool_call_id'],
  ])('orphan output: %s', (_name, input, param) => {
    expect(refusal(() => translate({ input }))).toEqual({
      status: 400,
      code: 'orphan_tool_output',
      param,
    });
  });

  it.each([
    [[1], 'invalid_type', 'input[0]'],
    [[{ text: 'x' }], 'missing_required_parameter', 'input[0].type'],
    [[{ type: 3 }], 'missing_required_parameter', 'input[0].type'],
    [[{ id: 'x', text: 'y' }], 'missing_required_parameter', 'input[0].type'],
    [[{ role: 'critic', content: 'x' }], 'invalid_value', 'input[0].role'],
    [[{ role: 'user', content: 5 }], 'invalid_type', 'input[0].content'],
    [[{ role: 'user', content: ['x'] }], 'invalid_type', 'input[0].content[0]'],
    [
      [{ role: 'user', content: '', attachments: [1] }],
      'unsupported_parameter',
      'input[0].attachments',
    ],
    [[], 'invalid_value', 'input'],
  ])('refuses %j', (input, code, param) => {
    expect(refusal(() => translate({ input }))).toEqual({ status: 400, code, param });
  });

  it('puts the stored history before the input, without a param', () => {
    const history = [user('hi'), call('c1'), { ...assistant('x'), id: 'msg_1' }];
    const translation = translate(
      {
        input: [output('c1', 'late'), { type: 'item_reference', id: 'msg_1' }],
        previous_response_id: 'r',
      },
      {},
      { history },
    );
    expect(translation.chatRequest.messages).toEqual([
      hi,
      { ...calls(chatCall('c1')), content: 'x' },
      tool('c1', 'late'),
    ]);
    expect(translation.warnings).toEqual([]);
    const filled = translate({ input: 'next' }, {}, { history });
    expect(filled.warnings).toEqual([{ code: 'tool_output_filled', param: null }]);
  });

  it.each([
    ['by the name of its tool', { name: 'g' }, 'c2'],
    ['by the item of its call', { id: 'fc_c2' }, 'c2'],
    ['by the id of the item as call id', { call_id: 'fc_c2' }, 'c2'],
    ['by nothing: the oldest call', { id: 'fco_1' }, 'c1'],
  ])('finds the call of an output %s', (_how, naming, answered) => {
    const calling = (callId: string, name: string) => ({
      ...call(callId),
      id: `fc_${callId}`,
      name,
    });
    const { chatRequest } = translate({
      input: [
        user('hi'),
        calling('c1', 'f'),
        calling('c2', 'g'),
        { type: 'function_call_output', output: 'x', ...naming },
      ],
    });
    expect(chatRequest.messages).toContainEqual(tool(answered, 'x', answered === 'c1' ? 'f' : 'g'));
  });

  it('gives no call the output of another tool', () => {
    const named = { type: 'function_call_output', name: 'g', output: 'x' };
    expect(refusal(() => translate({ input: [user('hi'), call('c1'), named] }))).toMatchObject({
      code: 'orphan_tool_output',
      param: 'input[2].call_id',
    });
  });

  it('leaves out a search by the server, and offers what it brought', () => {
    const search = { execution: 'server', call_id: null, status: 'completed' };
    const found = { type: 'function', name: 'f', parameters: {} };
    const { chatRequest, warnings } = translate({
      input: [
        user('hi'),
        { ...search, type: 'tool_search_call', id: 'tsc_1', arguments: {} },
        { ...search, type: 'tool_search_output', id: 'tso_1', tools: [found] },
      ],
    });
    expect(warnings).toEqual([]);
    expect(chatRequest).toMatchObject({ messages: [hi], tools: [{ function: { name: 'f' } }] });
  });

  it.each([
    [
      { type: 'mcp_call', name: 'n', server_label: 's', arguments: '{"a":1}', output: 'RESULT' },
      { name: 's__n', arguments: '{"a":1}' },
      'RESULT',
    ],
    [
      { type: 'mcp_call', name: 'n', server_label: 's', arguments: '{}', error: { code: 1 } },
      { name: 's__n', arguments: '{}' },
      'Error: {"code":1}',
    ],
    [
      { type: 'file_search_call', queries: ['q'], results: [{ filename: 'a.md', text: 'A' }] },
      { name: 'file_search', arguments: '{"queries":["q"]}' },
      'a.md:\nA',
    ],
    [
      {
        type: 'code_interpreter_call',
        code: 'print(1)',
        outputs: [
          { type: 'logs', logs: '1' },
          { type: 'image', url: 'https://x.test/i' },
        ],
      },
      { name: 'code_interpreter', arguments: '{"code":"print(1)"}' },
      '1\n\n[image: https://x.test/i]',
    ],
    [
      {
        type: 'web_search_call',
        action: { type: 'search', query: 'q', sources: [{ type: 'url', url: 'https://x.test' }] },
      },
      { name: 'web_search', arguments: '{"type":"search","query":"q"}' },
      'https://x.test',
    ],
    [
      { type: 'file_search_call', queries: ['q'], results: ['told', { file_id: 'f' }] },
      { name: 'file_search', arguments: '{"queries":["q"]}' },
      'told\n\nfile:\n',
    ],
    [
      { type: 'code_interpreter_call', code: 'plot()', outputs: [{ type: 'image' }] },
      { name: 'code_interpreter', arguments: '{"code":"plot()"}' },
      '[image: ]',
    ],
    [
      { type: 'mcp_call', arguments: '{}', status: 'failed' },
      { name: 'mcp', arguments: '{}' },
      'Error: The tool failed.',
    ],
    [
      { type: 'web_search_call', action: null, status: 'failed' },
      { name: 'web_search', arguments: '{}' },
      'Error: The tool failed.',
    ],
  ])('tells what a hosted tool found: %j', (item, called, found) => {
    const { chatRequest, warnings } = translate({ input: [user('hi'), { id: 'x_1', ...item }] });
    expect(warnings).toEqual([]);
    expect(chatRequest.messages.slice(1)).toMatchObject([
      { role: 'assistant', tool_calls: [{ id: 'x_1', function: called }] },
      { role: 'tool', tool_call_id: 'x_1', content: found },
    ]);
    expect(chatOrderProblems(chatRequest.messages)).toEqual([]);
  });

  it('tells what a program did', () => {
    const { chatRequest, warnings } = translate({
      input: [
        user('hi'),
        { type: 'program', id: 'p_1', call_id: 'c1', code: 'run()', fingerprint: 'f' },
        { type: 'program_output', id: 'po_1', call_id: 'c1', result: '7', status: 'completed' },
      ],
    });
    expect(warnings).toEqual([]);
    expect(chatRequest.messages).toContainEqual(tool('c1', '7', 'program'));
  });

  it('refuses an orphan also when there is a history', () => {
    expect(
      refusal(() => translate({ input: [output('x')] }, {}, { history: [user('hi')] })),
    ).toMatchObject({ code: 'orphan_tool_output', param: 'input[0].call_id' });
    expect(
      refusal(() => translate({ input: 'hi' }, {}, { history: [output('x'), 7 as never] })),
    ).toMatchObject({ code: 'orphan_tool_output', param: null });
    expect(refusal(() => translate({}, {}, { history: [7 as never] }))).toMatchObject({
      code: 'invalid_type',
      param: null,
    });
  });

  it('turns the first warning into a 400 in strict mode', () => {
    const strict = { warnings: new WarningCollector(true) };
    expect(refusal(() => translate({ input: [user('hi'), { type: 'x' }] }, {}, strict))).toEqual({
      status: 400,
      code: 'item_skipped',
      param: 'input[1]',
    });
  });

  it.each([
    ['short', 'functions.f:0', 'functions.f:0'],
    ['short', `call_${'x'.repeat(36)}`, undefined],
    ['word', 'functions.f:0', undefined],
    ['word', 'toolu_01A09q90-qw', 'toolu_01A09q90-qw'],
  ] as const)('a call id in the form %s: %s', (callIdFormat, id, kept) => {
    const input = [user('hi'), call(id), output(id)];
    const { messages } = translate({ input }, { callIdFormat }).chatRequest;
    const [sent] = (messages[1] as { tool_calls: { id: string }[] }).tool_calls;
    if (kept === undefined) expect(sent!.id).toMatch(/^call_[a-z0-9]{17}$/);
    else expect(sent!.id).toBe(kept);
    expect(messages[2]).toMatchObject({ tool_call_id: sent!.id });
  });

  it('counts calls as Kimi does, over all turns', () => {
    const input = [
      ...[user('hi'), call('call_1'), call('call_2'), output('call_2'), output('call_1')],
      ...[user('on'), call('toolu_3'), output('toolu_3')],
    ];
    const { messages } = translate({ input }, { callIdFormat: 'functions' }).chatRequest;
    const calls = messages.flatMap((message) =>
      message.role === 'assistant' ? (message.tool_calls ?? []) : [],
    );
    const ids = calls.map(({ id }) => id);
    expect(ids).toEqual(calls.map((call, index) => `functions.${call.function?.name}:${index}`));
    const answered = messages.flatMap((message) =>
      message.role === 'tool' ? [message.tool_call_id] : [],
    );
    expect(answered).toEqual(ids);
  });

  it('gives Mistral call ids of nine characters, the same on both sides', () => {
    const input = [
      user('hi'),
      call('call_1'),
      call('Ab3456789'),
      output('call_1'),
      output('Ab3456789'),
    ];
    const { messages } = translate({ input }, { callIdFormat: 'alphanumeric9' }).chatRequest;
    const [first, second] = (messages[1] as { tool_calls: { id: string }[] }).tool_calls;
    expect(first!.id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(second!.id).toBe('Ab3456789');
    expect(messages[2]).toMatchObject({ tool_call_id: first!.id });
  });
});

describe('what agents say to each other through OpenAI', () => {
  it('is a call of a function with the name of its action, and its output', () => {
    const action = 'spawn_agent';
    const text = { type: 'output_text', text: 'Started.', annotations: [] };
    const { chatRequest, warnings } = translate({
      input: [
        { role: 'user', content: 'Paint.' },
        { type: 'multi_agent_call', id: 'm1', call_id: 'c1', action, arguments: '{"name":"a"}' },
        { type: 'multi_agent_call_output', id: 'm2', call_id: 'c1', action, output: [text] },
      ],
    });
    expect(warnings).toEqual([]);
    expect(chatRequest.messages.slice(1)).toMatchObject([
      { tool_calls: [{ id: 'c1', function: { name: action, arguments: '{"name":"a"}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: 'Started.' },
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { capableDialect, refusal } from '../../../../../test/support/translate.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import { encodeThought } from '../../thought.js';
import { ToolAdapterSet } from '../../tools/tool-adapter-set.js';
import { toolAdapters } from '../../tools/tool-adapters.js';
import { WarningCollector } from '../../warning.js';
import type { TranslateOptions } from '../context/translate-options.js';
import { toResponsesRequest } from './to-responses-request.js';

const openai: Partial<BackendDialect> = {
  responsesTools: ['custom', 'namespace', 'web_search', 'mcp', 'tool_search'],
  responsesReasoning: 'sealed',
};

function write(
  body: Partial<Omit<CreateResponseBody, 'input'>> & { input?: unknown },
  changes: Partial<BackendDialect> = {},
  options: Partial<TranslateOptions> = {},
) {
  const warnings = new WarningCollector();
  const dialect = capableDialect({
    api: 'responses',
    vendor: 'house',
    developerRole: 'developer',
    allowedFields: new Set(['temperature', 'reasoning', 'include', 'verbosity', 'top_logprobs']),
    ...changes,
  });
  const { responsesRequest, ...rest } = toResponsesRequest(
    { model: 'm', ...body } as CreateResponseBody,
    {
      dialect,
      adapters: new ToolAdapterSet(toolAdapters),
      warnings,
      openSealedReasoning: (sealed) => (sealed.startsWith('own:') ? sealed.slice(4) : undefined),
      ...options,
    },
  );
  return {
    ...rest,
    request: responsesRequest,
    warnings: warnings.list().map(({ code, param }) => ({ code, param })),
  };
}

const user = (text: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
});

describe('the request for a backend that speaks Responses', () => {
  it('is streamed, stores nothing there, and says what was asked for', () => {
    const { request, warnings } = write(
      {
        input: 'Hi',
        instructions: 'Be kind.',
        temperature: 0.5,
        max_output_tokens: 5,
        text: {
          verbosity: 'low',
          format: { type: 'json_schema', name: 'n', schema: {}, strict: true },
        },
        reasoning: { effort: 'low', summary: 'auto' },
        store: true,
        previous_response_id: 'resp_1',
        metadata: { a: 'b' },
      },
      { allowedFields: new Set(['temperature', 'reasoning', 'verbosity', 'max_output_tokens']) },
    );
    expect(request).toEqual({
      model: 'm',
      instructions: 'Be kind.',
      input: [user('Hi')],
      stream: true,
      store: false,
      max_output_tokens: 5,
      reasoning: { effort: 'low', summary: 'auto' },
      text: {
        verbosity: 'low',
        format: expect.objectContaining({ type: 'json_schema', name: 'n' }),
      },
      temperature: 0.5,
    });
    expect(warnings).toEqual([{ code: 'field_ignored', param: 'metadata' }]);
  });

  it('asks for the seal of the reasoning where the backend has one', () => {
    expect(write({ input: 'Hi' }, openai).request.include).toEqual(['reasoning.encrypted_content']);
    expect(write({ input: 'Hi' }).request.include).toBeUndefined();
  });

  it('keeps what chat cannot carry: annotations, phases, parts of an output, files of the backend', () => {
    const input = [
      { ...user('Hi'), id: 'msg_x', status: 'completed' },
      { type: 'message', role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] },
      {
        type: 'message',
        id: 'msg_a',
        role: 'assistant',
        phase: 'commentary',
        content: [
          { type: 'output_text', text: 'A', annotations: [{ type: 'url_citation' }], logprobs: [] },
        ],
      },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'look', arguments: '{}' },
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: [{ type: 'input_image', image_url: 'https://a/b.png' }],
      },
    ];
    const { request, warnings } = write({ input });
    expect(request.input).toEqual([
      user('Hi'),
      { type: 'message', role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] },
      {
        type: 'message',
        id: 'msg_a',
        status: 'completed',
        role: 'assistant',
        phase: 'commentary',
        content: [{ type: 'output_text', text: 'A', annotations: [{ type: 'url_citation' }] }],
      },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: [{ type: 'input_image', image_url: 'https://a/b.png', detail: 'auto' }],
      },
    ]);
    expect(warnings).toEqual([]);
  });
});

describe('tools', () => {
  const custom = {
    type: 'custom',
    name: 'patch',
    format: { type: 'grammar', syntax: 'lark', definition: 'x' },
  };
  const look = { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } };
  const conversation = [
    { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c1', name: 'patch', input: 'p' },
    { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
  ];

  it('that the backend knows go as they are, and so do their items', () => {
    const tools = [custom, look, { type: 'web_search_preview', search_context_size: 'low' }];
    const { request, warnings } = write(
      { input: conversation, tools, tool_choice: { type: 'custom', name: 'patch' } },
      openai,
    );
    expect(request.tools).toEqual([custom, tools[2], { ...look, strict: false }]);
    expect(request.tool_choice).toEqual({ type: 'custom', name: 'patch' });
    expect(request.input).toEqual([
      { type: 'custom_tool_call', call_id: 'c1', name: 'patch', input: 'p' },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
    ]);
    expect(warnings).toEqual([]);
  });

  it('that it does not know become functions, or are dropped with a warning', () => {
    const tools = [custom, { type: 'web_search' }];
    const { request, warnings } = write({ input: conversation, tools });
    expect(request.tools).toEqual([expect.objectContaining({ type: 'function', name: 'patch' })]);
    expect(request.input).toEqual([
      { type: 'function_call', call_id: 'c1', name: 'patch', arguments: '{"input":"p"}' },
      { type: 'function_call_output', call_id: 'c1', output: 'done' },
    ]);
    expect(warnings).toEqual([
      { code: 'field_mapped', param: 'tools[0].format' },
      { code: 'tool_dropped', param: 'tools[1].type' },
    ]);
  });

  it.each([{ id: 'lsh_1' }, { call_id: 'lsh_1' }, { call_id: 'c1' }])(
    'an output that names its call by %j goes with the call’s id',
    (named) => {
      const call = { type: 'local_shell_call', call_id: 'c1', action: { command: ['ls'] } };
      const output = { type: 'local_shell_call_output', output: 'a b' };
      const input = [
        { ...call, id: 'lsh_1' },
        { ...output, ...named },
      ];
      const { request, warnings } = write({ input }, { responsesTools: ['local_shell'] });
      expect(request.input).toEqual([call, { ...output, call_id: 'c1' }]);
      expect(warnings).toEqual([]);
    },
  );

  it('of the operator, which a label alone names, are not the backend’s to run', () => {
    const tools = [
      { type: 'mcp', server_label: 'house' },
      { type: 'mcp', server_label: 'a', server_url: 'https://a' },
    ];
    const { request, warnings } = write({ input: 'Hi', tools }, openai);
    expect(request.tools).toEqual([tools[1]]);
    const dropped = { code: 'tool_dropped', param: 'tools[0].type' };
    expect(warnings).toEqual([dropped]);
    const choose = (choice: object) => write({ input: 'Hi', tools, tool_choice: choice }, openai);
    const theirs = { type: 'mcp', server_label: 'a' };
    expect(choose(theirs).request.tool_choice).toEqual(theirs);
    const ours = { type: 'mcp', server_label: 'house' };
    for (const [choice, param] of [
      [ours, 'tool_choice'],
      [{ type: 'allowed_tools', mode: 'auto', tools: [ours] }, 'tool_choice.tools[0]'],
    ] as const) {
      const chosen = choose(choice);
      expect(chosen.request.tool_choice).not.toEqual(choice);
      expect(chosen.warnings).toEqual([dropped, { code: 'tool_choice_changed', param }]);
    }
  });

  it('deferred tools and the search for them are the backend’s where it has one', () => {
    const tools = [{ type: 'tool_search' }, { ...look, defer_loading: true }];
    const { request, warnings } = write({ input: 'Hi', tools }, openai);
    expect(request.tools).toEqual(tools);
    expect(warnings).toEqual([]);
  });
});

describe('reasoning', () => {
  const block = {
    id: 'rs_theirs',
    summary: [{ type: 'summary_text', text: 'S' }],
    encrypted_content: 'gA',
  };
  const sealed = (vendor: string) =>
    `own:${encodeThought({ text: 'S', vendor, details: [block] })}`;
  const item = (encrypted_content?: string) => ({
    type: 'reasoning',
    id: 'rs_ours',
    summary: block.summary,
    encrypted_content,
  });

  it('that the backend sealed goes back under the id that it is bound to', () => {
    const { request, warnings } = write({ input: [item(sealed('house')), user('Go on')] }, openai);
    expect(request.input[0]).toEqual({ type: 'reasoning', ...block });
    expect(warnings).toEqual([]);
  });

  it.each([
    ['another', sealed('elsewhere')],
    ['an unknown', 'gAAAA'],
  ])('that %s vendor sealed never goes there', (_whose, encrypted) => {
    const { request, warnings } = write({ input: [item(encrypted), user('Go on')] }, openai);
    expect(JSON.stringify(request)).not.toContain('gA');
    expect(request.input).toEqual([user('Go on')]);
    expect(warnings).toContainEqual({ code: 'reasoning_dropped', param: 'input[0]' });
  });

  it('without its seal is found by its item, and by its call where the item is gone', () => {
    const thought = { text: '', vendor: 'house', details: [block] };
    const call = { type: 'function_call', call_id: 'call_12345678', name: 'look', arguments: '{}' };
    const thoughts = new Map([
      ['["rs_12345678ab"]', thought],
      ['["call_12345678"]', thought],
    ]);
    const own = { type: 'reasoning', id: 'rs_12345678ab', summary: [] };
    const of = (input: unknown[]) =>
      write({ input }, openai, { thoughts }).request.input.map(({ type }) => type);
    const expected = ['reasoning', 'function_call', 'function_call_output'];
    expect(of([own, call])).toEqual(expected);
    expect(of([call])).toEqual(expected);
  });

  it('that another vendor sealed with a call is left out, which is told', () => {
    const thoughts = new Map([
      ['["call_12345678"]', { text: '', vendor: 'elsewhere', details: [block] }],
    ]);
    const call = { type: 'function_call', call_id: 'call_12345678', name: 'look', arguments: '{}' };
    const output = { type: 'function_call_output', call_id: 'call_12345678', output: 'x' };
    const { request, warnings } = write({ input: [call, output] }, openai, { thoughts });
    expect(request.input).toEqual([call, output]);
    expect(warnings).toEqual([{ code: 'reasoning_dropped', param: 'input[0]' }]);
  });

  it('is a text for a backend that reads it', () => {
    const { request } = write({ input: [item(sealed('elsewhere')), user('Go on')] });
    expect(request.input[0]).toEqual({
      type: 'reasoning',
      id: 'rs_0',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'S' }],
    });
  });
});

describe('what a backend would refuse', () => {
  it('a call without an output gets one', () => {
    const call = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' };
    const { request, warnings } = write({ input: [call, user('Never mind')] });
    expect(request.input.map(({ type }) => type)).toEqual([
      'function_call',
      'function_call_output',
      'message',
    ]);
    expect(warnings).toEqual([{ code: 'tool_output_filled', param: 'input[0]' }]);
  });

  it('a call of a tool that it knows itself gets an output and an id of its own, too', () => {
    const call = (input: string) => ({
      type: 'custom_tool_call',
      call_id: 'c1',
      name: 'patch',
      input,
    });
    const tools = [{ type: 'custom', name: 'patch' }];
    const { request, warnings } = write({ input: [call('a'), call('b')], tools }, openai);
    expect(request.input.map(({ type, call_id: id }) => [type, id])).toEqual([
      ['custom_tool_call', 'c1'],
      ['custom_tool_call_output', 'c1'],
      ['custom_tool_call', 'c1_2'],
      ['custom_tool_call_output', 'c1_2'],
    ]);
    expect(warnings.map(({ code }) => code)).toEqual([
      'tool_call_duplicate',
      'tool_output_filled',
      'tool_output_filled',
    ]);
  });

  it('an output without its call is refused here', () => {
    const output = { type: 'function_call_output', call_id: 'c1', output: 'x' };
    expect(refusal(() => write({ input: [output] }))).toEqual({
      status: 400,
      code: 'orphan_tool_output',
      param: 'input[0].call_id',
    });
  });

  it('the format of the answer stands where the backend reads it', () => {
    const format = { type: 'json_schema', name: 'n', schema: {}, strict: true };
    const { name, schema, strict } = format;
    const chatForm = { type: 'json_schema', json_schema: { name, schema, strict } };
    const { request } = write(
      { input: 'Hi', text: { format } },
      { responsesFormat: 'response_format' },
    );
    expect(request).toMatchObject({ response_format: chatForm });
    expect(request).not.toHaveProperty('text');
  });

  it('a limit of calls of which none is left is held here', () => {
    const takes = { allowedFields: new Set(['max_tool_calls']) };
    expect(write({ input: 'Hi', max_tool_calls: 1 }, takes).request.max_tool_calls).toBe(1);
    expect(write({ input: 'Hi', max_tool_calls: 0 }, takes).request).not.toHaveProperty(
      'max_tool_calls',
    );
  });

  it('a prefix of a conversation is written as the same bytes', () => {
    const turn = [user('Hi'), { type: 'message', role: 'assistant', content: 'Hello' }];
    const first = write({ input: turn }).request.input;
    const second = write({ input: [...turn, user('More')] }).request.input;
    expect(JSON.stringify(second.slice(0, first.length))).toBe(JSON.stringify(first));
  });
});

it('warns of what a settings object holds beyond what is read', () => {
  const reasoning = { effort: 'low', depth: 3 } as CreateResponseBody['reasoning'];
  expect(write({ input: 'Hi', reasoning }).warnings).toEqual([
    { code: 'field_ignored', param: 'reasoning.depth' },
  ]);
});

describe('what a request asks of the answer', () => {
  const all = new Set([
    ...['include', 'reasoning', 'max_output_tokens', 'max_tool_calls', 'top_logprobs'],
    ...['truncation', 'verbosity'],
  ]);

  it.each<[Partial<CreateResponseBody>, object]>([
    [{ max_tokens: 5 }, { max_output_tokens: 5 }],
    [
      { max_completion_tokens: 6, max_tool_calls: 2 },
      { max_output_tokens: 6, max_tool_calls: 2 },
    ],
    [{ truncation: 'auto' }, { truncation: 'auto' }],
    [{ top_logprobs: 2 }, { top_logprobs: 2, include: ['message.output_text.logprobs'] }],
    [{ logprobs: true }, { include: ['message.output_text.logprobs'] }],
    [{ text: { verbosity: 'low' } }, { text: { verbosity: 'low' } }],
    [
      { reasoning: { effort: 'low', generate_summary: 'auto' } },
      { reasoning: { effort: 'low', summary: 'auto' } },
    ],
    [{ text: { format: { type: 'json_object' } } }, { text: { format: { type: 'json_object' } } }],
    [
      { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } } },
      { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } } },
    ],
  ])('goes in the words of the API: %j', (asked, sent) => {
    const { request, warnings } = write(
      { input: 'Hi', ...asked },
      { allowedFields: all, responsesReasoning: 'text' },
    );
    expect(request).toMatchObject(sent);
    expect(warnings).toEqual([]);
  });

  it('is left out with a warning where the backend does not take it, but for the limit that is kept here', () => {
    const asked = {
      input: 'Hi',
      ...{ max_output_tokens: 5, max_tool_calls: 2, truncation: 'auto', top_logprobs: 0 },
      reasoning: { effort: 'low' },
    } as const;
    const { request, warnings } = write(asked, { allowedFields: new Set() });
    expect(request).toEqual({
      model: 'm',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }], type: 'message' }],
      stream: true,
      store: false,
    });
    expect(warnings.map(({ param }) => param)).toEqual([
      'max_output_tokens',
      'truncation',
      'reasoning',
    ]);
  });

  it('is refused where there is nothing to answer', () => {
    expect(refusal(() => write({ input: [] }))).toMatchObject({ status: 400, param: 'input' });
    expect(write({ input: [], instructions: 'Say hello.' }).request.input).toEqual([]);
  });
});

describe('the tools of a request', () => {
  const f = { type: 'function', name: 'f' } as const;
  const schema = { type: 'object', properties: {} };

  it.each<[Partial<CreateResponseBody>, object]>([
    [{ tools: [f] }, { tools: [{ ...f, parameters: schema, strict: false }] }],
    [
      { tools: [{ ...f, description: 'F', strict: true, parameters: schema }] },
      { tools: [{ ...f, description: 'F', strict: true }] },
    ],
    [
      { tools: [f], tool_choice: { type: 'function', name: 'f' } },
      { tool_choice: { type: 'function', name: 'f' } },
    ],
    [{ tools: [f], tool_choice: 'required' }, { tool_choice: 'required' }],
    [
      { tools: [{ type: 'web_search' }], tool_choice: 'required' },
      { tools: [{ type: 'web_search' }], tool_choice: 'required' },
    ],
    [
      { tools: [{ type: 'web_search' }, f], tool_choice: { type: 'web_search' } },
      { tool_choice: { type: 'web_search' } },
    ],
    [{ tools: [f], parallel_tool_calls: false }, { parallel_tool_calls: false }],
  ])('%j', (asked, sent) => {
    expect(write({ input: 'Hi', ...asked }, openai).request).toMatchObject(sent);
  });

  it('are not mentioned where there are none', () => {
    const { request } = write({ input: 'Hi', tool_choice: 'auto', parallel_tool_calls: true });
    expect(Object.keys(request)).toEqual(['model', 'input', 'stream', 'store']);
  });
});

describe('calls and their outputs in the history', () => {
  const call = (given: string, call_id = 'c') => ({
    ...{ type: 'function_call', call_id, name: 'f', arguments: given },
  });
  const output = (text: string, call_id = 'c') => ({
    ...{ type: 'function_call_output', call_id, output: text },
  });
  const sent = (...input: unknown[]) => {
    const { request, warnings } = write({ input: [user('Hi'), ...input] });
    const told = (request.input as unknown as Record<string, unknown>[]).slice(1);
    return {
      told: told.map(({ call_id: id, arguments: given, output: text }) => [id, given ?? text]),
      warnings: warnings.map(({ code }) => code),
    };
  };

  it.each<[string, unknown[], unknown[], string[]]>([
    [
      'a call that is there twice is sent once',
      [call('{}'), call('{}'), output('1')],
      [
        ['c', '{}'],
        ['c', '1'],
      ],
      ['tool_call_duplicate'],
    ],
    [
      'an id of two calls becomes two ids',
      [call('{"a":1}'), call('{"a":2}'), output('1'), output('2')],
      [
        ['c', '{"a":1}'],
        ['c_2', '{"a":2}'],
        ['c', '1'],
        ['c_2', '2'],
      ],
      ['tool_call_duplicate'],
    ],
    [
      'of two outputs the last is kept',
      [call('{}'), output('1'), output('2')],
      [
        ['c', '{}'],
        ['c', '2'],
      ],
      ['tool_output_duplicate'],
    ],
  ])('%s', (_name, input, told, warnings) => {
    expect(sent(...input)).toEqual({ told, warnings });
  });

  it('a call without an output gets one', () => {
    const { told, warnings } = sent(call('{}'));
    expect(told).toEqual([
      ['c', '{}'],
      ['c', expect.any(String)],
    ]);
    expect(warnings).toEqual(['tool_output_filled']);
  });

  it('an output without its call is refused', () => {
    expect(refusal(() => sent(output('1')))).toMatchObject({
      status: 400,
      param: 'input[1].call_id',
    });
  });
});

it('of reasoning that a backend does not take one warning is given', () => {
  const thought = (text: string) => ({
    ...{ type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }] },
  });
  const input = [user('Hi'), thought('a'), thought(''), thought('b'), user('Go on.')];
  const dropped = write({ input }, { responsesReasoning: 'off' });
  expect(dropped.warnings).toEqual([{ code: 'reasoning_dropped', param: 'input[1]' }]);
  const { request } = write({ input }, { responsesReasoning: 'text' });
  expect(JSON.stringify(request.input)).toContain('"reasoning_text","text":"a"');
});

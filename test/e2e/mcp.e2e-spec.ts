import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { checkedFetch, finalResponse, readError, readEvents } from '../support/checked-response.js';
import { MCP_TOOLS, McpHttpServer } from '../support/mcp-http-server.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startApp } from '../support/start-app.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

const folder = mkdtempSync(join(tmpdir(), 'mcp-'));
const SECRET = 'Bearer lab-key-0123456789';
const chunks = new ChatChunks('demo');
let lab: McpHttpServer;
let service: Service;
let client: OpenAI;
let checked: ReturnType<typeof checkedFetch>;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function serversFile(url: string, more = ''): string {
  const path = join(folder, 'servers.yaml');
  const headers = "{ authorization: '${LAB_KEY}' }";
  writeFileSync(path, `servers:\n  - { label: lab, url: '${url}', headers: ${headers}${more} }\n`);
  return path;
}

beforeEach(async () => {
  lab = await McpHttpServer.start((_, { a, b }) => ({
    result: { content: [{ type: 'text', text: String(Number(a) + Number(b)) }] },
  }));
  service = await startService({ MCP_SERVERS: serversFile(lab.url), LAB_KEY: SECRET });
  checked = checkedFetch();
  const { fetch } = checked;
  client = new OpenAI({ baseURL: service.baseURL, apiKey: TEST_KEY, maxRetries: 0, fetch });
});
afterEach(async () => {
  await checked.settled();
  await service.close();
  await lab.close();
});

const tool = (more: object = {}): OpenAI.Responses.Tool => ({
  type: 'mcp',
  server_label: 'lab',
  require_approval: 'never',
  ...more,
});

function calls(name: string, given = '{"a":1,"b":2}'): ReturnType<typeof streamOf> {
  const call = { id: 'c', name, arguments: given };
  return streamOf(chunks.callStart(0, call), chunks.finish('tool_calls'));
}

const says = (text: string): ReturnType<typeof streamOf> =>
  streamOf(chunks.text(text), chunks.finish('stop'));

const offered = (): string[] => {
  const { tools = [] } = service.backend.lastCall.body as {
    tools?: { function: { name: string } }[];
  };
  return tools.map(({ function: { name } }) => name);
};

describe('tools of an MCP server of the operator', () => {
  it('are listed, called and told with all their events', async () => {
    service.backend.enqueue(calls('lab__add'), says('It is 3.'));
    const body = { model: 'demo', input: '1 + 2?', tools: [tool()], stream: true };
    const events = await readEvents(await service.post(body));
    expect(events.map(({ type }) => type).filter((type) => type.includes('mcp'))).toEqual([
      'response.mcp_list_tools.in_progress',
      'response.mcp_list_tools.completed',
      'response.mcp_call_arguments.delta',
      'response.mcp_call_arguments.done',
      'response.mcp_call.in_progress',
      'response.mcp_call.completed',
    ]);
    expect(finalResponse(events).output).toMatchObject([
      { type: 'mcp_list_tools', server_label: 'lab', tools: [{ name: 'add' }, {}] },
      { type: 'mcp_call', name: 'add', arguments: '{"a":1,"b":2}', output: '3', error: null },
      { type: 'message', content: [{ text: 'It is 3.' }] },
    ]);
    expect(lab.headers.every(({ authorization }) => authorization === SECRET)).toBe(true);
    expect(JSON.stringify([events, service.proxy.logs()])).not.toContain('lab-key-0123456789');
  });

  it('go on in the next request without another list, in the same bytes', async () => {
    service.backend.enqueue(calls('lab__add'), says('It is 3.'), says('As I said.'));
    const first = await client.responses.create({
      model: 'demo',
      input: '1 + 2?',
      tools: [tool()],
    });
    const before = service.backend.lastCall.body as { messages: unknown[] };
    const next = await client.responses.create({
      model: 'demo',
      input: 'Sure?',
      tools: [tool()],
      previous_response_id: first.id,
    });
    expect(next.output.map(({ type }) => type)).toEqual(['message']);
    const after = service.backend.lastCall.body as { messages: unknown[] };
    expect(after.messages.slice(0, before.messages.length)).toEqual(before.messages);
    expect(lab.countOf('tools/list')).toBe(1);
  });

  it.each([
    [{ allowed_tools: ['add'] }, ['lab__add']],
    [{ allowed_tools: { read_only: true } }, ['lab__add']],
    [{ allowed_tools: { tool_names: ['erase'] } }, ['lab__erase']],
  ])('%j filters them', async (more, names) => {
    service.backend.enqueue(says('Hi.'));
    await client.responses.create({ model: 'demo', input: 'Hi', tools: [tool(more)] });
    expect(offered()).toEqual(names);
  });

  it.each([
    [{ allowed_tools: 'add' }, 'tools[0].allowed_tools'],
    [{ allowed_tools: { tool_names: 'add' } }, 'tools[0].allowed_tools.tool_names'],
    [{ allowed_tools: { read_only: 'yes' } }, 'tools[0].allowed_tools.read_only'],
    [{ allowed_tools: [5] }, 'tools[0].allowed_tools[0]'],
    [{ require_approval: 'maybe' }, 'tools[0].require_approval'],
    [{ require_approval: ['never'] }, 'tools[0].require_approval'],
    [{ require_approval: { never: 'add' } }, 'tools[0].require_approval.never'],
    [
      { require_approval: { always: { tool_names: [{}] } } },
      'tools[0].require_approval.always.tool_names[0]',
    ],
  ])('%j is a 400', async (more, param) => {
    const body = { model: 'demo', input: 'Hi', tools: [tool(more)] };
    expect(await readError(await service.post(body))).toMatchObject({ param });
    expect(lab.calls).toEqual([]);
  });

  it('wait for approval where it is asked for', async () => {
    for (const approve of [true, false]) {
      service.backend.enqueue(calls('lab__erase', '{}'));
      const rule = { require_approval: { never: { tool_names: ['add'] } } };
      const asked = { model: 'demo', tools: [tool(rule)] };
      const first = await client.responses.create({ ...asked, input: 'Erase it' });
      const request = first.output.at(-1);
      expect(request).toMatchObject({ type: 'mcp_approval_request', name: 'erase' });
      const ran = lab.countOf('tools/call');
      service.backend.enqueue(says('Done.'));
      const second = await client.responses.create({
        ...asked,
        previous_response_id: first.id,
        input: [{ type: 'mcp_approval_response', approval_request_id: request?.id ?? '', approve }],
      });
      expect(lab.countOf('tools/call')).toBe(ran + (approve ? 1 : 0));
      expect(second.output.map(({ type }) => type)).toEqual(
        approve ? ['mcp_call', 'message'] : ['message'],
      );
      const { messages } = service.backend.lastCall.body as { messages: { role: string }[] };
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
      expect(JSON.stringify(messages[2]).includes('did not allow')).toBe(!approve);
    }
    const nothing = { type: 'mcp_approval_response', approval_request_id: 'x', approve: true };
    const reply = await service.post({ model: 'demo', input: [nothing], tools: [tool()] });
    expect(await readError(reply)).toMatchObject({ param: 'input[0].approval_request_id' });
  });

  it.each(['never', 'always'])(
    'of arguments that are no JSON fail when approval is asked for %s, and the model goes on',
    async (rule) => {
      const all = [tool({ require_approval: rule })];
      service.backend.enqueue(calls('lab__add', '{"a": one}'), says('Done.'));
      let response = await client.responses.create({ model: 'demo', input: 'Go', tools: all });
      const request = response.output.at(-1);
      if (request?.type === 'mcp_approval_request')
        response = await client.responses.create({
          model: 'demo',
          tools: all,
          previous_response_id: response.id,
          input: [
            { type: 'mcp_approval_response', approval_request_id: request.id, approve: true },
          ],
        });
      expect(response.output.slice(-2)).toMatchObject([
        { type: 'mcp_call', status: 'failed', error: { type: 'mcp_protocol_error', code: -32602 } },
        { type: 'message' },
      ]);
      const { messages } = service.backend.lastCall.body as { messages: { content: string }[] };
      expect(messages.at(-1)?.content).toContain('The arguments are no JSON object.');
      expect(lab.countOf('tools/call')).toBe(0);
    },
  );

  it('that fail are items with an error, and the model goes on', async () => {
    const failures: [() => object | number, object][] = [
      [
        () => ({ result: { isError: true, content: [{ type: 'text', text: `${SECRET} no` }] } }),
        { type: 'mcp_tool_execution_error', content: '*** no' },
      ],
      [
        () => ({ error: { code: -32000, message: 'broken' } }),
        { type: 'mcp_protocol_error', code: -32000 },
      ],
      [() => 500, { type: 'http_error', code: 500 }],
    ];
    for (const [answer, error] of failures) {
      lab.answer = answer;
      service.backend.enqueue(calls('lab__add'), says('It failed.'));
      const { output, status } = await client.responses.create({
        model: 'demo',
        input: 'Add',
        tools: [tool()],
      });
      expect(status).toBe('completed');
      expect(output.find(({ type }) => type === 'mcp_call')).toMatchObject({
        status: 'failed',
        error,
      });
    }
  });

  it('that bring what the protocol does not know are told of it as data, and of the rest', async () => {
    const unknown = { type: 'video', uri: 'a.mp4' };
    lab.answer = () => ({ result: { content: [unknown, { type: 'text', text: 'See it.' }] } });
    service.backend.enqueue(calls('lab__add'), says('Seen.'));
    const { output } = await client.responses.create({
      model: 'demo',
      input: 'Show',
      tools: [tool()],
    });
    expect(output.find(({ type }) => type === 'mcp_call')).toMatchObject({
      status: 'completed',
      output: `${JSON.stringify(unknown)}\nSee it.`,
    });
  });

  it('beside a tool that is left out: a choice of that one is warned of', async () => {
    const tools = [tool(), { type: 'web_search' }, { type: 'function', name: 'own' }];
    const dropped = { code: 'tool_dropped', param: 'tools[1].type' };
    for (const [choice, param] of [
      [{ type: 'web_search' }, 'tool_choice'],
      [
        {
          type: 'allowed_tools',
          mode: 'auto',
          tools: [{ type: 'function', name: 'own' }, { type: 'web_search' }],
        },
        'tool_choice.tools[1]',
      ],
    ] as const) {
      service.backend.enqueue(says('Hi.'));
      const body = { model: 'demo', input: 'Hi', tools, tool_choice: choice };
      const reply = await service.post(body);
      await reply.text();
      const warnings: unknown = JSON.parse(reply.headers.get('x-responses-warnings') ?? '[]');
      expect(warnings).toMatchObject([dropped, { code: 'tool_choice_changed', param }]);
    }
  });

  it('that the server tells twice are there once', async () => {
    lab.tools = [...MCP_TOOLS, ...MCP_TOOLS];
    service.backend.enqueue(says('Good.'));
    const unknown = { server_description: 'A lab.', tunnel_id: 't' };
    const { data, response } = await client.responses
      .create({ model: 'demo', input: 'Hi', tools: [tool(unknown)] })
      .withResponse();
    expect(data.output).toMatchObject([
      { type: 'mcp_list_tools', tools: [{ name: 'add' }, { name: 'erase' }] },
      { type: 'message' },
    ]);
    expect(offered()).toEqual(['lab__add', 'lab__erase']);
    const warnings = JSON.parse(response.headers.get('x-responses-warnings') ?? '[]') as object[];
    expect(warnings).toMatchObject([
      { code: 'field_ignored', param: 'tools[0].server_description' },
      { code: 'field_ignored', param: 'tools[0].tunnel_id' },
    ]);
  });

  it('of a server that is down are none, and the response goes on', async () => {
    lab.refuses = 503;
    service.backend.enqueue(says('Without tools, then.'));
    const { output } = await client.responses.create({
      model: 'demo',
      input: 'Hi',
      tools: [tool()],
    });
    expect(output).toMatchObject([
      { type: 'mcp_list_tools', tools: [], error: expect.stringContaining('MCP server') },
      { type: 'message' },
    ]);
  });
});

it('a server that the operator did not name is not called', async () => {
  service.backend.enqueue(says('Hi.'));
  const foreign = {
    server_label: 'other',
    server_url: lab.url,
    authorization: 'sk-secret-of-client',
  };
  const reply = await service.post({ model: 'demo', input: 'Hi', tools: [tool(foreign)] });
  expect(reply.headers.get('x-responses-warnings')).toContain('tool_dropped');
  expect(await reply.text()).not.toContain('sk-secret-of-client');
  expect(lab.calls).toEqual([]);
});

it('a wrong file stops the start with all that is wrong', async () => {
  const path = join(folder, 'wrong.yaml');
  writeFileSync(path, "servers: [{ label: '1', url: ftp://x, headers: { a: '${MISSING_KEY}' } }]");
  await expect(startApp({ MCP_SERVERS: path })).rejects.toThrow(/label[^]*url[^]*MISSING_KEY/);
});

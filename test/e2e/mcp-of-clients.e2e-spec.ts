import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { finalResponse, readError, readEvents, readResource } from '../support/checked-response.js';
import { MCP_TOOLS, McpHttpServer } from '../support/mcp-http-server.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

const TOKEN = 'token-of-a-client-0123456789';
const PLAIN = 'plain-header-0123456789';
const chunks = new ChatChunks('demo');
let lab: McpHttpServer;
let service: Service;
let dumps: string;

async function start(allowed: string): Promise<void> {
  service = await startService({
    MCP_ALLOWED_HOSTS: allowed,
    ENABLE_LOG_VOLUME: 'true',
    LOG_DIR: dumps,
    TOOL_TIMEOUT_SECS: '2',
  });
}

beforeEach(async () => {
  dumps = mkdtempSync(join(tmpdir(), 'mcp-dumps-'));
  lab = await McpHttpServer.start((_, { a, b }) => ({
    result: { content: [{ type: 'text', text: String(Number(a) + Number(b)) }] },
  }));
});
afterEach(async () => {
  await service.close();
  await lab.close();
  rmSync(dumps, { recursive: true, force: true });
});

const tool = (more: object = {}): object => ({
  type: 'mcp',
  server_label: 'mine',
  server_url: lab.url,
  authorization: TOKEN,
  headers: { 'X-Tenant': PLAIN },
  require_approval: 'never',
  ...more,
});
const ask = (more: object = {}): object => ({
  model: 'demo',
  input: '1 + 2?',
  tools: [tool(more)],
});
const call = (name = 'mine__add'): ReturnType<typeof streamOf> =>
  streamOf(
    chunks.callStart(0, { id: 'c', name, arguments: '{"a":1,"b":2}' }),
    chunks.finish('tool_calls'),
  );
const says = (text: string): ReturnType<typeof streamOf> =>
  streamOf(chunks.text(text), chunks.finish('stop'));

describe('an MCP server that a client names', () => {
  it('is called with the headers of the client, which nothing keeps', async () => {
    await start('127.0.0.1');
    lab.answer = () => ({
      result: { content: [{ type: 'text', text: `3, says ${TOKEN} of ${PLAIN}` }] },
    });
    service.backend.enqueue(call(), says('It is 3.'));
    const events = await readEvents(await service.post({ ...ask(), stream: true, store: true }));
    expect(finalResponse(events).output).toMatchObject([
      { type: 'mcp_list_tools', server_label: 'mine' },
      { type: 'mcp_call', name: 'add', output: '3, says *** of ***' },
      { type: 'message' },
    ]);
    for (const headers of lab.headers) {
      expect(headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'x-tenant': PLAIN });
    }
    const { id } = finalResponse(events);
    const headers = { authorization: `Bearer ${TEST_KEY}` };
    const stored = await fetch(`${service.baseURL}/responses/${id}`, { headers });
    await service.close();
    const names = readdirSync(dumps);
    expect(names).toContainEqual(expect.stringContaining('_backend_stream_'));
    const written = names.map((name) => readFileSync(join(dumps, name), 'utf8'));
    expect(written.length).toBeGreaterThan(0);
    const kept = JSON.stringify([events, await stored.json(), service.proxy.logs(), written]);
    expect(kept).toContain('server_url');
    for (const secret of [TOKEN, PLAIN]) expect(kept).not.toContain(secret);
    await start('127.0.0.1');
  });

  it.each([
    ['no host is allowed', '', 'tool_dropped'],
    ['another port is allowed', '127.0.0.1:1', 'tool_dropped'],
    ['a star lets in no server without TLS', '*', 'tool_dropped'],
  ])('is not called where %s', async (_, allowed, warning) => {
    await start(allowed);
    service.backend.enqueue(says('Hi.'));
    const reply = await service.post(ask());
    expect(reply.headers.get('x-responses-warnings')).toContain(warning);
    expect(await reply.text()).not.toContain(TOKEN);
    expect(lab.headers).toEqual([]);
  });

  it.each(['https://127.0.0.1:PORT/mcp', 'https://localhost:PORT/mcp', 'https://[::1]:PORT/mcp'])(
    'and that a star lets in is not reached inside: %s',
    async (url) => {
      await start('*');
      service.backend.enqueue(says('Hi.'));
      const inside = url.replace('PORT', new URL(lab.url).port);
      const response = await readResource(await service.post(ask({ server_url: inside })));
      expect(response.output).toMatchObject([
        { type: 'mcp_list_tools', tools: [], error: 'The MCP server could not be used.' },
        { type: 'message' },
      ]);
      expect(lab.connections).toBe(0);
    },
  );

  it('does not lead elsewhere', async () => {
    await start('127.0.0.1');
    lab.redirectsTo = 'http://127.0.0.1:1/mcp';
    service.backend.enqueue(says('Hi.'));
    const response = await readResource(await service.post(ask()));
    expect(response.output[0]).toMatchObject({ error: expect.any(String), tools: [] });
  });

  it.each([
    [{ server_url: 'ftp://127.0.0.1/' }, 'tools[0].server_url'],
    [{ server_url: 'https://user:secret@127.0.0.1/' }, 'tools[0].server_url'],
    [{ headers: { 'content-length': '5' } }, 'tools[0].headers'],
    [{ headers: { 'x-a': 'a\r\nx-b: b' } }, 'tools[0].headers'],
    [{ headers: ['x'] }, 'tools[0].headers'],
    [{ authorization: 'a\nb' }, 'tools[0].authorization'],
  ])('%j is a 400', async (more, param) => {
    await start('127.0.0.1');
    expect(await readError(await service.post(ask(more)))).toMatchObject({ param });
    expect(lab.headers).toEqual([]);
  });

  it('has one label, and one list for each key', async () => {
    await start('127.0.0.1');
    const two = { ...ask(), tools: [tool(), tool({ server_url: `${lab.url}/other` })] };
    expect(await readError(await service.post(two))).toMatchObject({
      param: 'tools[1].server_label',
    });
    for (const authorization of ['key-one-123', 'key-one-123', 'key-two-123']) {
      service.backend.enqueue(says('Hi.'));
      await (await service.post(ask({ authorization }))).text();
    }
    expect(lab.countOf('tools/list')).toBe(2);
  });

  it('says that its tools have changed: the next answer has them', async () => {
    await start('127.0.0.1');
    lab.notifications = [{ method: 'notifications/tools/list_changed' }];
    lab.answer = () => {
      lab.tools = [MCP_TOOLS[1]!];
      return { result: { content: [{ type: 'text', text: 'logged in' }] } };
    };
    service.backend.enqueue(call(), call('mine__erase'), says('Done.'));
    const { output } = finalResponse(
      await readEvents(await service.post({ ...ask(), stream: true })),
    );
    expect(output.map(({ type }) => type)).toEqual([
      'mcp_list_tools',
      'mcp_call',
      'mcp_list_tools',
      'mcp_call',
      'message',
    ]);
    expect(output[3]).toMatchObject({ name: 'erase', status: 'completed' });
  });

  it('that hangs is an item with an error, and the model answers', async () => {
    await start('127.0.0.1');
    lab.hangs = true;
    service.backend.enqueue(says('Hi.'));
    const response = await readResource(await service.post(ask()));
    expect(response).toMatchObject({
      status: 'completed',
      output: [{ type: 'mcp_list_tools', error: expect.any(String) }, { type: 'message' }],
    });
  });
});

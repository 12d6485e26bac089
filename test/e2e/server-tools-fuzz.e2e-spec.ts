import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import OpenAI from 'openai';
import type { ResponseEvent } from '../../src/contracts/responses/events.js';
import type { ResponseResource } from '../../src/contracts/responses/response.js';
import { ToolFailure } from '../../src/responses/pipeline/executors/tool-executor.port.js';
import {
  checkEvents,
  finalResponse,
  readEvents,
  readResource,
} from '../support/checked-response.js';
import { executorOf, found, type Run } from '../support/fake-tool.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';
import { eventsOf, WebsocketClient } from '../support/websocket-client.js';

/** Tools that do whatever tools can do, over every way to a response, on a real port. */
const usage = {
  ...{ prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 1 },
};
const chunks = new ChatChunks('demo');
const folder = mkdtempSync(join(tmpdir(), 'server-tools-fuzz-'));

const deeds = ['find', 'throw', 'reject', 'hang', 'huge', 'nothing', 'early', 'late'] as const;
const servings = ['answers', 'error', 'hang', 'cut', 'huge', 'text', 'silent', 'down'] as const;
type Serving = (typeof servings)[number];

let service: Service;
let client: OpenAI;
let mcp: Server;
let run: Run;
let serving: Serving[] = [];
/** Has what is left open when a response is over. */
const open = new Set<ServerResponse>();

/** Speaks MCP, but for the calls of tools, which fail in one way after the other. */
async function serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    reply.writeHead(405).end();
    return;
  }
  const { id, method, params } = JSON.parse(await text(request)) as {
    id?: number;
    method: string;
    params?: { protocolVersion?: string };
  };
  const answer = (result: object): void => {
    reply.writeHead(200, { 'content-type': 'application/json' });
    reply.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  };
  const said = (words: string) => ({ content: [{ type: 'text', text: words }] });
  if (id === undefined) reply.writeHead(202).end();
  else if (method === 'initialize') {
    const serverInfo = { name: 'lab', version: '1' };
    answer({ protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo });
  } else if (method === 'tools/list') {
    answer({ tools: [{ name: 'act', inputSchema: { type: 'object' } }] });
  } else {
    const how = serving.shift() ?? 'answers';
    if (how === 'answers') answer(said('Done.'));
    else if (how === 'error') answer({ ...said('No.'), isError: true });
    else if (how === 'huge') answer(said('z'.repeat(3_000_000)));
    else if (how === 'text') reply.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    else if (how === 'down') reply.writeHead(503).end();
    else if (how === 'cut') request.socket.destroy();
    else if (how === 'silent') {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.end(': nothing\n\n');
    } else {
      open.add(reply);
      reply.on('close', () => open.delete(reply));
    }
  }
}

beforeAll(async () => {
  mcp = createServer((request, reply) => {
    serve(request, reply).catch(() => reply.destroy());
  });
  mcp.listen(0, '127.0.0.1');
  await once(mcp, 'listening');
  const path = join(folder, 'servers.yaml');
  const { port } = mcp.address() as AddressInfo;
  writeFileSync(path, `servers: [{ label: lab, url: 'http://127.0.0.1:${port}/mcp' }]`);
  service = await startService({ MCP_SERVERS: path, TOOL_TIMEOUT_SECS: '0.3' });
  service.proxy.provider('TOOL_EXECUTORS').push(executorOf((call, work) => run(call, work)));
  client = new OpenAI({ baseURL: service.baseURL, apiKey: TEST_KEY, maxRetries: 0 });
});
afterAll(async () => {
  await service.close();
  mcp.closeAllConnections();
  mcp.close();
  rmSync(folder, { recursive: true });
});

function runnerOf(order: readonly (typeof deeds)[number][]): Run {
  let count = 0;
  return (call, work) => {
    switch (order[count++ % order.length]) {
      case 'throw':
        throw new Error('broken');
      case 'reject':
        return Promise.reject(new ToolFailure('refused'));
      case 'hang':
        return new Promise(() => undefined);
      case 'huge':
        return Promise.resolve(found(call, 'y'.repeat(3_000_000)));
      case 'nothing':
        return Promise.resolve({} as never);
      case 'early':
        work.settle(call, found(call, 'early'));
        work.tell(call, found(call, 'late').events!);
        return Promise.resolve(found(call, 'again'));
      case 'late':
        return new Promise((resolve) => {
          work.signal.addEventListener('abort', () => {
            work.tell(call, found(call, 'late').events!);
            work.settle(call, found(call, 'late'));
            resolve(found(call, 'late'));
          });
        });
      default:
        return Promise.resolve(found(call, `of ${call.arguments}`));
    }
  };
}

const parameters = { type: 'object', properties: {} };
const tools = [
  { type: 'file_search', vector_store_ids: ['vs_1'] },
  { type: 'mcp', server_label: 'lab', require_approval: 'never' },
  { type: 'function', name: 'own', parameters },
];

/** The list of the server's tools is kept from then on: a machine that is busy cannot change what is played. */
async function listTools(): Promise<void> {
  service.backend.enqueue(streamOf(chunks.text('Hi.'), chunks.finish('stop')));
  const { output } = await readResource(await service.post({ model: 'demo', input: 'Hi', tools }));
  const [list] = output as { error?: unknown }[];
  if (list?.error != null) await listTools();
}

const ways = {
  stream: async (body: object): Promise<ResponseResource> =>
    finalOf(await readEvents(await service.post({ ...body, stream: true }))),
  json: async (body: object): Promise<ResponseResource> => readResource(await service.post(body)),
  socket: async (body: object): Promise<ResponseResource> => {
    const headers = { authorization: `Bearer ${TEST_KEY}` };
    const socket = await WebsocketClient.open(service.baseURL, { headers });
    const events = checkEvents(eventsOf(await socket.ask(body)));
    // Whatever came behind the end would stand before the answer to this.
    service.backend.enqueue(streamOf(chunks.text('Next.'), chunks.finish('stop')));
    const next = eventsOf(await socket.ask({ model: 'demo', input: 'Next' }));
    expect(next[0]?.type).toBe('response.created');
    socket.socket.terminate();
    return finalOf(events);
  },
  background: async (body: object): Promise<ResponseResource> => {
    const begun = await client.responses.create({ ...body, background: true } as never);
    const { id } = begun as OpenAI.Responses.Response;
    const events: ResponseEvent[] = [];
    for await (const event of await client.responses.retrieve(id, { stream: true })) {
      events.push(event as ResponseEvent);
    }
    const [created, queued, ...others] = events;
    expect(queued?.type).toBe('response.queued');
    // But for that one they are the events of any response.
    const numbered = [created!, ...others].map((event, index) => ({
      ...event,
      sequence_number: index,
    }));
    const final = finalOf(checkEvents(numbered));
    // It is kept as it ended, and stays so.
    const kept = await client.responses.retrieve(id);
    expect([kept.status, kept.output]).toEqual([final.status, final.output]);
    return final;
  },
};

/** There is one end, and nothing behind it. */
function finalOf(events: readonly ResponseEvent[]): ResponseResource {
  const ends = events.filter(({ type }) => /^response\.(completed|incomplete|failed)$/.test(type));
  expect(ends).toHaveLength(1);
  expect(events.at(-1)).toBe(ends[0]);
  return finalResponse(events);
}

interface Turn {
  searches: number;
  acts: number;
  own: boolean;
}

function answerOf({ searches, acts, own }: Turn, turn: number): ReturnType<typeof streamOf> {
  const names = [
    ...Array<string>(searches).fill('file_search'),
    ...Array<string>(acts).fill('lab__act'),
    ...(own ? ['own'] : []),
  ];
  const given = '{"queries":["q"]}';
  return streamOf(
    chunks.text('Well. '),
    ...names.map((name, index) =>
      chunks.callStart(index, { id: `call_${turn}_${index}`, name, arguments: given }),
    ),
    chunks.finish(names.length === 0 ? 'stop' : 'tool_calls'),
    chunks.usage(usage),
  );
}

it('whatever tools and servers do, each response has one end and the sum of the usage, and leaves nothing open', async () => {
  const turn = fc.record({
    searches: fc.nat(2),
    acts: fc.nat(2),
    own: fc.boolean(),
  });
  const plays = fc.asyncProperty(
    fc.constantFrom(...(Object.keys(ways) as (keyof typeof ways)[])),
    fc.array(turn, { minLength: 1, maxLength: 3 }),
    fc.array(fc.constantFrom(...deeds), { minLength: 1, maxLength: 5 }),
    fc.array(fc.constantFrom(...servings), { maxLength: 5 }),
    async (way, turns, order, served) => {
      run = runnerOf(order);
      serving = [...served];
      const before = service.backend.calls.length;
      const asksForMore = turns.findIndex(
        ({ searches, acts, own }) => own || searches + acts === 0,
      );
      const answered = asksForMore < 0 ? turns.length + 1 : asksForMore + 1;
      service.backend.enqueue(
        ...turns.slice(0, answered).map(answerOf),
        ...(asksForMore < 0 ? [answerOf({ searches: 0, acts: 0, own: false }, 9)] : []),
      );
      const response = await ways[way]({ model: 'demo', input: 'Go', tools });
      expect(response.status).toBe('completed');
      const asked = way === 'socket' ? answered + 1 : answered;
      expect(service.backend.calls.length - before).toBe(asked);
      expect(response.usage).toMatchObject({
        input_tokens: 10 * answered,
        output_tokens: 3 * answered,
        total_tokens: 13 * answered,
      });
      const wanted = turns
        .slice(0, answered)
        .reduce((sum, { searches, acts }) => sum + searches + acts, 0);
      const calls = response.output.filter(({ type }) => /^(file_search|mcp)_call$/.test(type));
      expect(calls).toHaveLength(wanted);
      for (const call of calls)
        expect(['completed', 'failed']).toContain((call as { status: string }).status);
      expect(JSON.stringify(response).length).toBeLessThan(2_000_000);
    },
  );
  await listTools();
  await fc.assert(plays, { numRuns: 40, endOnFailure: true });
  await Promise.all([...open].map((reply) => once(reply, 'close')));
}, 60_000);

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { checkEvents, finalResponse, readError, readEvents } from '../support/checked-response.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';
import { errorOf, eventsOf, WebsocketClient } from '../support/websocket-client.js';

const chunks = new ChatChunks('demo');
let service: Service;
let client: WebsocketClient;

beforeEach(async () => {
  service = await startService();
  const headers = { authorization: `Bearer ${TEST_KEY}` };
  client = await WebsocketClient.open(service.baseURL, { headers });
});
afterEach(async () => {
  client.socket.terminate();
  await service.close();
});

const lastMessages = () => (service.backend.lastCall.body as { messages: unknown[] }).messages;
const answer = (text: string) => streamOf(chunks.text(text), chunks.finish('stop'));

/** Sends the same request over both transports; ids and times aside, the events have to be the same. */
async function overBoth(script: () => ReturnType<typeof streamOf>, body: object) {
  service.backend.enqueue(script(), script());
  const overHttp = await readEvents(await service.post({ model: 'demo', stream: true, ...body }));
  const overWebsocket = checkEvents(eventsOf(await client.ask(body)));
  return [overHttp, overWebsocket].map((events) => {
    const text = JSON.stringify(events)
      .replace(/"(resp|msg|fc|rs)_[0-9a-f]+"/g, '"$1"')
      .replace(/"(created|completed)_at":\d+/g, '"$1_at":0');
    return JSON.parse(text) as unknown;
  });
}

describe('the same pipeline as over HTTP', () => {
  const call = { id: 'call_1', name: 'f', arguments: '{}' };
  it.each<[string, () => ReturnType<typeof streamOf>]>([
    ['text', () => answer('Hello')],
    [
      'reasoning',
      () => streamOf(chunks.reasoning('Hm.'), chunks.text('Yes'), chunks.finish('stop')),
    ],
    ['a tool call', () => streamOf(chunks.callStart(0, call), chunks.finish('tool_calls'))],
    ['an answer cut by length', () => streamOf(chunks.text('Hel'), chunks.finish('length'))],
    ['a stream that ends too early', () => streamOf(chunks.text('Hel'))],
  ])('%s', async (_name, script) => {
    const [overHttp, overWebsocket] = await overBoth(script, { input: 'Hi', store: false });
    expect(overWebsocket).toEqual(overHttp);
  });

  it('an error before the first event keeps its status, and the socket', async () => {
    service.backend.enqueue(jsonReply(429, { error: { message: 'Slow down.' } }));
    const error = errorOf(await client.ask({ input: 'Hi', stream_id: 'a' }));
    expect(error).toMatchObject({ type: 'error', status: 429, stream_id: 'a' });
    expect(error.error).toMatchObject({ code: 'rate_limit_exceeded', message: 'Slow down.' });
    expect(finalResponse(eventsOf(await client.ask({ input: 'Hi' }))).status).toBe('completed');
  });
});

describe('messages', () => {
  it.each<[string, string, string | null]>([
    ['no JSON', '{"type":', null],
    ['no object', '[]', null],
    ['no type', '{"model":"demo"}', 'type'],
    ['an unknown type', '{"type":"session.update"}', 'type'],
    ['no model', '{"type":"response.create","input":"Hi"}', 'model'],
    ['background', '{"type":"response.create","model":"demo","background":true}', 'background'],
    ['a wrong field', '{"type":"response.create","model":"demo","input":5}', 'input'],
  ])('that are wrong (%s) are answered and leave the socket open', async (_name, text, param) => {
    client.socket.send(text);
    expect(errorOf(await client.turn())).toMatchObject({ status: 400, error: { param } });
    expect(finalResponse(eventsOf(await client.ask({ input: 'Hi' }))).status).toBe('completed');
  });

  it('are answered one after another, in their order', async () => {
    const { promise: until, resolve: release }: PromiseWithResolvers<void> =
      Promise.withResolvers();
    service.backend.enqueue(
      { steps: [{ data: chunks.text('one') }, { until }, ...answer('').steps] },
      answer('two'),
    );
    for (const input of ['1', '2']) client.send({ model: 'demo', input, stream_id: 'a' });
    expect(await client.next()).toMatchObject({ type: 'response.created', stream_id: 'a' });
    expect(service.backend.calls).toHaveLength(1);
    release();
    const turns = [await client.turn(), await client.turn()];
    const texts = turns.map((turn) => JSON.stringify(finalResponse(eventsOf(turn)).output));
    expect(texts).toEqual([expect.stringContaining('one'), expect.stringContaining('two')]);
    expect(new Set(turns.flat().map(({ stream_id }) => stream_id))).toEqual(new Set(['a']));
  });

  it('of two lanes are answered side by side, and each lane goes on from its own', async () => {
    const { promise: until, resolve: release }: PromiseWithResolvers<void> =
      Promise.withResolvers();
    service.backend.enqueue(
      { steps: [{ data: chunks.text('one') }, { until }, ...answer('').steps] },
      answer('two'),
      answer('three'),
    );
    client.send({ model: 'demo', input: '1', stream_id: 'slow', store: false });
    expect(await client.next()).toMatchObject({ type: 'response.created', stream_id: 'slow' });
    client.send({ model: 'demo', input: '2', stream_id: 'fast', store: false });
    const fast = (await client.turn()).filter(({ stream_id }) => stream_id === 'fast');
    expect(fast.at(-1)).toMatchObject({ type: 'response.completed' });
    release();
    const slow = finalResponse(eventsOf(await client.turn()));
    expect(JSON.stringify(slow.output)).toContain('one');
    const previous_response_id = finalResponse(eventsOf(fast)).id;
    const next = { input: '3', stream_id: 'fast', store: false, previous_response_id };
    expect(finalResponse(eventsOf(await client.ask(next))).status).toBe('completed');
    expect(lastMessages()).toMatchObject([
      { role: 'user', content: '2' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: '3' },
    ]);
  });

  it('that steer an answer fail at once, in its lane', async () => {
    service.backend.enqueue({ steps: [{ data: chunks.text('one') }, { stall: true }] });
    client.send({ model: 'demo', input: 'Hi', stream_id: 'a' });
    const created = await client.next();
    const previous_response_id = 'response' in created ? created.response.id : '';
    const steer = { input: 'be brief', previous_response_id };
    client.socket.send(JSON.stringify({ type: 'response.steer', ...steer }));
    let message: unknown = created;
    while ((message as { type: string }).type !== 'response.steer.failed') {
      message = await client.next();
    }
    expect(message).toMatchObject({
      stream_id: 'a',
      steer,
      error: { code: 'steering_not_supported' },
    });
  });

  it('beyond the queue are refused in their place', async () => {
    service.backend.enqueue({ steps: [{ data: chunks.text('one') }, { stall: true }] });
    client.send({ model: 'demo', input: 'Hi' });
    await client.next();
    for (let count = 0; count < 100; count++) client.send({ model: 'demo', input: 'Hi' });
    expect((await client.closed).code).toBe(1008);
  });

  it('larger than MAX_BODY_BYTES close the connection', async () => {
    client.send({ model: 'demo', input: 'x'.repeat(11 * 1024 * 1024) });
    expect((await client.closed).code).toBe(1009);
  });
});

describe('continuation on one connection', () => {
  it('opens with a warm-up that asks no model', async () => {
    const developer = { type: 'message', role: 'developer', content: 'Be brief.' };
    const warm = eventsOf(await client.ask({ input: [developer], generate: false, store: false }));
    const { id, output, status } = finalResponse(warm);
    expect({ output, status }).toEqual({ output: [], status: 'completed' });
    expect(service.backend.calls).toHaveLength(0);
    await client.ask({ input: 'Hi', previous_response_id: id, store: false });
    expect(lastMessages()).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  it('carries calls and their outputs over several turns', async () => {
    const call = { id: 'call_1', name: 'f', arguments: '{}' };
    service.backend.enqueue(
      streamOf(chunks.callStart(0, call), chunks.finish('tool_calls')),
      answer('Done.'),
    );
    const first = finalResponse(eventsOf(await client.ask({ input: 'Hi', store: false })));
    const output = { type: 'function_call_output', call_id: 'call_1', output: '7' };
    const second = finalResponse(
      eventsOf(await client.ask({ input: [output], previous_response_id: first.id, store: false })),
    );
    await client.ask({ input: 'Thanks', previous_response_id: second.id, store: false });
    expect(lastMessages()).toMatchObject([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', tool_calls: [{ id: 'call_1' }] },
      { role: 'tool', content: '7' },
      { role: 'assistant', content: 'Done.' },
      { role: 'user', content: 'Thanks' },
    ]);
  });

  it('goes on from a response that was stored over HTTP, and stores its own', async () => {
    const stored = await (await service.post({ model: 'demo', input: 'My code is 42.' })).json();
    const { id } = stored as { id: string };
    const second = eventsOf(await client.ask({ input: 'Hi', previous_response_id: id }));
    const { id: secondId, store } = finalResponse(second);
    expect(store).toBe(true);
    await client.ask({ input: 'Bye', previous_response_id: secondId, store: false });
    expect(lastMessages()).toHaveLength(5);
    const reply = await service.post({
      model: 'demo',
      input: 'Me too',
      previous_response_id: secondId,
    });
    expect(reply.status).toBe(200);
    expect(lastMessages()).toMatchObject([
      { content: 'My code is 42.' },
      {},
      { content: 'Hi' },
      {},
      {},
    ]);
  });

  it('does not store what goes on from a response that is not stored', async () => {
    const first = finalResponse(eventsOf(await client.ask({ input: 'Hi', store: false })));
    const next = { input: 'Go on', previous_response_id: first.id };
    const second = finalResponse(eventsOf(await client.ask(next)));
    expect(second.store).toBe(false);
    const reply = await fetch(`${service.baseURL}/responses/${second.id}`, {
      headers: { authorization: `Bearer ${TEST_KEY}` },
    });
    expect(reply.status).toBe(404);
  });

  it('stores a warm-up, for turns that go on from it elsewhere', async () => {
    const warmUp = { input: 'My code is 42.', generate: false };
    const { id } = finalResponse(eventsOf(await client.ask(warmUp)));
    const reply = await service.post({ model: 'demo', input: 'Hi', previous_response_id: id });
    expect(reply.status).toBe(200);
    expect(lastMessages()).toMatchObject([{ content: 'My code is 42.' }, { content: 'Hi' }]);
  });

  it('forgets a response whose continuation failed', async () => {
    const { id } = finalResponse(eventsOf(await client.ask({ input: 'Hi', store: false })));
    service.backend.enqueue({ steps: [{ data: chunks.text('Hel') }] });
    const again = { input: 'Go on', previous_response_id: id, store: false };
    expect(finalResponse(eventsOf(await client.ask(again))).status).toBe('failed');
    expect(errorOf(await client.ask(again)).error.code).toBe('previous_response_not_found');
  });
});

describe('the connection', () => {
  it('aborts the backend when the client leaves', async () => {
    service.backend.enqueue({ steps: [{ data: chunks.text('one') }, { stall: true }] });
    client.send({ model: 'demo', input: 'Hi' });
    await client.next();
    client.socket.terminate();
    await service.backend.lastCall.closed;
    expect(service.backend.lastCall.abortedAt).toBeDefined();
    const line = await service.proxy.nextLog(({ method }) => method === 'WEBSOCKET');
    expect(line).toMatchObject({ msg: 'request_completed', status: 499, clientAborted: true });
  });

  it('holds the backend back while the client does not read', async () => {
    const piece = 'x'.repeat(100_000);
    const steps = function* () {
      for (let count = 0; count < 300; count++) yield { data: chunks.text(piece) };
      yield* answer('').steps;
    };
    service.backend.enqueue({ steps: steps() });
    client.socket.pause();
    client.send({ model: 'demo', input: 'Hi' });
    await service.backend.nextCall();
    const settled = await untilStill(() => service.backend.lastCall.sentBytes);
    // The system's buffers of each connection on the way hold several megabytes; without a brake all 30 would be sent.
    expect(settled).toBeLessThan(27_000_000);
    client.socket.resume();
    const { output } = finalResponse(eventsOf(await client.turn()));
    expect(JSON.stringify(output).length).toBeGreaterThan(30_000_000);
  }, 120_000);

  it('writes a line per turn and one for the connection, without the key', async () => {
    client.socket.terminate();
    const headers = { 'x-api-key': TEST_KEY };
    client = await WebsocketClient.open(service.baseURL, { headers });
    await client.ask({ input: 'Hi', temperature: 1, unknown_field: 1 });
    expect(service.backend.lastCall.headers.authorization).toBe(`Bearer ${TEST_KEY}`);
    const turn = await service.proxy.nextLog(({ method }) => method === 'WEBSOCKET');
    expect(turn).toMatchObject({ status: 200, responseStatus: 'completed', model: 'demo' });
    expect(turn.warnings).toEqual({ field_ignored: 1 });
    await client.close();
    await service.proxy.nextLog(({ status }) => status === 101);
    expect(JSON.stringify(service.proxy.logs())).not.toContain(TEST_KEY);
  });

  it('counts every turn for RATE_LIMIT_PER_MINUTE', async () => {
    const limited = await startService({ RATE_LIMIT_PER_MINUTE: '2' });
    try {
      const socket = await WebsocketClient.open(limited.baseURL);
      expect(finalResponse(eventsOf(await socket.ask({ input: 'Hi' }))).status).toBe('completed');
      const refused = errorOf(await socket.ask({ input: 'Again' }));
      expect(refused).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } });
      await socket.close();
    } finally {
      await limited.close();
    }
  });

  it('goes away with 1001 after its turn when the service stops', async () => {
    const idle = await WebsocketClient.open(service.baseURL);
    const { promise: until, resolve: release }: PromiseWithResolvers<void> =
      Promise.withResolvers();
    service.backend.enqueue({
      steps: [{ data: chunks.text('one') }, { until }, ...answer('').steps],
    });
    client.send({ model: 'demo', input: 'Hi' });
    await client.next();
    const stopped = service.proxy.close();
    expect((await idle.closed).code).toBe(1001);
    release();
    expect(finalResponse(eventsOf(await client.turn())).status).toBe('completed');
    expect((await client.closed).code).toBe(1001);
    await stopped;
  });
});

describe('the upgrade', () => {
  const refusal = async (path: string, at = service): Promise<number | undefined> => {
    const socket = new WebSocket(at.baseURL.replace('http', 'ws').replace('/v1', path));
    const [, reply] = (await once(socket, 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ];
    socket.on('error', () => undefined).terminate();
    return reply.statusCode;
  };

  it('needs a key where the backend does', async () => {
    const closed = await startService({
      BACKEND_URL: 'https://backend.example/v1/chat/completions',
    });
    expect(await refusal('/v1/responses', closed)).toBe(401);
    await closed.close();
  });

  it('is for /v1/responses alone', async () => {
    expect(await refusal('/v1/other')).toBe(404);
    expect(await refusal('/health/live')).toBe(200);
  });

  it('is asked for with 426 when a plain GET comes', async () => {
    const reply = await fetch(`${service.baseURL}/responses`);
    expect(reply.status).toBe(426);
    expect(await readError(reply)).toMatchObject({ code: 'upgrade_required' });
  });

  it('to another protocol is ignored', async () => {
    const { port, host } = new URL(service.baseURL);
    const socket = connect(Number(port), '127.0.0.1');
    const body = JSON.stringify({ model: 'demo', input: 'Hi' });
    socket.write(
      `POST /v1/responses HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1.1 200/);
    socket.destroy();
  });
});

/** Gives the value once it has stayed the same for a while, as there is no event for "nothing more comes". */
async function untilStill(read: () => number): Promise<number> {
  for (let last = -1; ;) {
    const value = read();
    if (value === last) return value;
    last = value;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { freePort } from '../support/free-port.js';
import { ChatChunks, jsonReply, ScriptedBackend } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

const chunks = new ChatChunks('m');

const startProxy = (environment: Record<string, string>) =>
  startApp({ LOG_LEVEL: 'silent', MODELS_REFRESH_SECS: '3600', ...environment });

let backend: ScriptedBackend;
let proxy: StartedApp;
let url: string;

beforeAll(async () => {
  backend = await ScriptedBackend.start();
  proxy = await startProxy({ BACKEND_URL: backend.url, FORWARD_HEADERS: 'x-tenant' });
  url = `${proxy.url}/v1/chat/completions`;
});

afterAll(async () => {
  await proxy.close();
  await backend.close();
});

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization: 'Bearer key-1', ...headers },
  });

/** Opens a request whose answer can be left unread, and whose connection can be cut. */
function open(body: string): ClientRequest {
  const request = httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  request.on('error', () => undefined);
  request.end(body);
  return request;
}

describe('the way there', () => {
  it('sends the very bytes of the body', async () => {
    const body = '{ "model":"m",\n "messages": [ ], "n": 1.0, "\\u0061": 1e3, "__proto__": {} }';
    await (await post(body)).text();
    expect(backend.lastCall.rawBody.toString()).toBe(body);
  });

  it('does not even need JSON', async () => {
    await (await post('not json', { 'content-type': 'text/plain' })).text();
    expect(backend.lastCall.rawBody.toString()).toBe('not json');
    expect(backend.lastCall.headers['content-type']).toBe('text/plain');
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('undoes %s, which backends do not take', async (encoding, compress) => {
    const body = '{"messages":[]}';
    await (await post(new Uint8Array(compress(body)), { 'content-encoding': encoding })).text();
    expect(backend.lastCall.rawBody.toString()).toBe(body);
    expect(backend.lastCall.headers).not.toHaveProperty('content-encoding');
  });

  it('sends the key and the allow-listed headers, and no others', async () => {
    const headers = { authorization: '', 'x-api-key': 'key-2', 'x-tenant': 't', cookie: 'c=1' };
    await (await post('{}', headers)).text();
    const received = backend.lastCall.headers;
    expect(received.authorization).toBe('Bearer key-2');
    expect(received['x-tenant']).toBe('t');
    expect(received).not.toHaveProperty('cookie');
    expect(received).not.toHaveProperty('x-api-key');
    expect(received.host).toBe(new URL(backend.url).host);
  });

  it('refuses a body that is too large', async () => {
    const response = await post(' '.repeat(11 * 1024 * 1024)).catch(() => undefined);
    // The server may close the connection while the client is still sending.
    if (response !== undefined) expect(response.status).toBe(413);
  });
});

describe('the way back', () => {
  it('streams the bytes as they are', async () => {
    const lines = [': hello\r\n\r\n', 'data: {"a":1}\n\n', 'event: x\ndata: [DONE]\n\n'];
    backend.enqueue({ steps: lines.map((write) => ({ write })), splitBytes: 3 });
    const response = await post('{"stream":true}');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(lines.join(''));
  });

  it('sends each piece on at once', async () => {
    let release: () => void = () => undefined;
    const second = new Promise<void>((resolve) => (release = resolve));
    backend.enqueue({ steps: [{ write: 'one' }, { until: second }, { write: 'two' }] });
    const reader = (await post('{}')).body!.getReader();
    expect(Buffer.from((await reader.read()).value).toString()).toBe('one');
    release();
    expect(Buffer.from((await reader.read()).value).toString()).toBe('two');
    expect((await reader.read()).done).toBe(true);
  });

  it('keeps status, Retry-After and an error body, and its own request id', async () => {
    const headers = { 'retry-after': '7', 'x-request-id': 'theirs', 'set-cookie': 'a=b' };
    backend.enqueue(jsonReply(429, { error: { message: 'slow' } }, headers));
    const response = await post('{}');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.get('x-request-id')).toMatch(/./);
    expect(response.headers.get('x-request-id')).not.toBe('theirs');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.json()).toEqual({ error: { message: 'slow' } });
  });

  it('leaves a compressed answer compressed', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    backend.enqueue({ headers, steps: [{ write: gzipSync('{"ok":true}') }] });
    const response = await post('{}');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.json()).toEqual({ ok: true });
  });

  it('answers 502 with an envelope when the backend redirects', async () => {
    backend.enqueue({ status: 302, headers: { location: 'http://example.com/' }, steps: [] });
    const response = await post('{}');
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { type: 'server_error' } });
  });

  it('breaks the connection when the backend does', async () => {
    backend.enqueue({ steps: [{ write: 'data: 1\n\n' }, { waitMs: 20 }, { cut: true }] });
    const response = await post('{}');
    await expect(response.text()).rejects.toThrow();
  });

  it('works without a stream, and with the demo behind it', async () => {
    const body = JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'hi' }] });
    const answer = await (await post(body)).json();
    expect(answer).toMatchObject({
      object: 'chat.completion',
      choices: [{ finish_reason: 'stop' }],
    });
  });
});

describe('a client that leaves', () => {
  it.each(['before the answer', 'in the middle of it'])('%s aborts the backend', async (when) => {
    const called = backend.nextCall();
    const steps = [{ data: chunks.text('x') }, { stall: true as const }];
    backend.enqueue(when === 'before the answer' ? { delayMs: 60_000, steps } : { steps });
    const client = open('{}');
    const call = await called;
    if (when !== 'before the answer') {
      const [response] = (await once(client, 'response')) as [IncomingMessage];
      await once(response, 'data');
    }
    client.destroy();
    await call.closed;
    expect(call.abortedAt).toBeDefined();
  });
});

describe('a client that does not read', () => {
  it('pauses the backend, and gets everything once it reads', async () => {
    const piece = Buffer.alloc(256 * 1024, 'x');
    const count = 200;
    const called = backend.nextCall();
    backend.enqueue({ steps: Array.from({ length: count }, () => ({ write: piece })) });
    const client = open('{}');
    const [response] = (await once(client, 'response')) as [IncomingMessage];
    const call = await called;
    let sent = -1;
    while (call.sentBytes !== sent) {
      sent = call.sentBytes;
      await sleep(150);
    }
    // The sockets on the way hold this much; without backpressure it would be all 50 MB.
    expect(sent).toBeLessThan(30 * 1024 * 1024);
    let received = 0;
    response.on('data', (data: Buffer) => (received += data.length));
    await once(response, 'end');
    expect(received).toBe(count * piece.length);
  });
});

describe('a backend that does not answer', () => {
  let other: StartedApp | undefined;
  afterEach(async () => {
    await other?.close();
    other = undefined;
  });

  it('is a 502 when nobody listens', async () => {
    const backendUrl = `http://127.0.0.1:${await freePort()}/v1/chat/completions`;
    other = await startProxy({ BACKEND_URL: backendUrl });
    const response = await fetch(`${other.url}/v1/chat/completions`, {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'backend_unavailable' } });
  });

  it('is a 401 without a key when it is public', async () => {
    other = await startProxy({ BACKEND_URL: 'https://backend.invalid/v1/chat/completions' });
    const response = await fetch(`${other.url}/v1/chat/completions`, {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'missing_api_key' } });
  });
});

describe("the operator's key", () => {
  const key = 'operator-key-0123456789';
  let guarded: StartedApp;

  beforeAll(async () => {
    guarded = await startProxy({
      BACKEND_URL: backend.url,
      PROXY_API_KEYS: 'client-key-0123456789',
      BACKEND_API_KEY: key,
    });
  });

  afterAll(() => guarded.close());

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${guarded.url}${path}`, {
      ...init,
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer client-key-0123456789',
      },
    });

  it('is erased where a backend quotes it: headers, bodies, encodings, and streams cut anywhere', async () => {
    backend.enqueue(
      jsonReply(401, { error: { message: `Bad ${key}`, param: key } }, { 'x-debug': key }),
    );
    const refused = await ask('/v1/chat/completions', { method: 'POST', body: '{}' });
    expect(await refused.text()).toContain('Bad ***');
    expect(refused.headers.get('x-debug')).toBe('***');
    backend.enqueue({
      headers: { 'content-type': 'text/event-stream' },
      steps: [{ write: `data: ${key} ${Buffer.from(key).toString('base64')}\n\n` }],
      splitBytes: 7,
    });
    const streamed = await ask('/v1/chat/completions', { method: 'POST', body: '{}' });
    expect(await streamed.text()).toMatch(/^data: \*\*\* \*\*\*=*\n\n$/);
  });

  it.each(['/v1/models/..%2fadmin', '/v1/models/%2e%2e%2fadmin', '/v1/models/a/..%2f..%2fadmin'])(
    'reaches no other path of the backend by %s',
    async (path) => {
      const before = backend.calls.length;
      expect((await ask(path)).status).toBe(404);
      expect(backend.calls.length).toBe(before);
    },
  );
});

describe('a body of the Responses API', () => {
  const tools = [
    { type: 'function', name: 'read.file', parameters: { type: 'object', properties: {} } },
    { type: 'custom', name: 'ApplyPatch', description: 'p' },
  ];
  const shaped = { model: 'm', instructions: 'Be brief', input: 'add a line', tools };

  it('is translated, and the answer is chat with the names that the client gave', async () => {
    const first = await (await post(JSON.stringify({ ...shaped, stream: true }))).text();
    const sent = backend.lastCall.body as {
      messages: unknown[];
      stream: boolean;
      tools: { function: { name: string } }[];
    };
    expect(sent.messages).toHaveLength(2);
    expect(sent).not.toHaveProperty('input');
    expect(sent).not.toHaveProperty('stream_options');
    expect(sent.stream).toBe(true);
    expect(first).toContain('chat.completion.chunk');
    const chatName = sent.tools[0]?.function.name ?? '';
    expect(chatName).not.toBe('read.file');

    backend.enqueue(
      jsonReply(200, {
        choices: [{ message: { tool_calls: [{ function: { name: chatName } }] } }],
      }),
    );
    const second = await (await post(JSON.stringify(shaped))).json();
    expect(JSON.stringify(second)).toContain('"name":"read.file"');
    expect(backend.lastCall.body).toMatchObject({ stream: false });
  });

  it('keeps its messages when only the tools are flat', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    await (await post(JSON.stringify({ model: 'm', messages, tools }))).text();
    expect(backend.lastCall.body).toMatchObject({ messages, tools: [{ type: 'function' }, {}] });
  });

  it('that chat cannot say is a 400 that names the field', async () => {
    const reply = await post(JSON.stringify({ ...shaped, input: [{ type: 'message' }] }));
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { param: 'input[0].role' } });
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { readError } from '../support/checked-response.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { WebsocketClient } from '../support/websocket-client.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

const request = { model: 'demo', input: 'Hi' };
const keys = { PROXY_API_KEYS: 'first-key-0123456789,second-key-0123456789' };
const operator = { ...keys, BACKEND_API_KEY: 'operator-key-0123456789' };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

let service: Service;
afterEach(() => service.close());

describe('keys of the operator', () => {
  it.each([
    ['bearer', bearer('first-key-0123456789')],
    ['another one', bearer('second-key-0123456789')],
    ['x-api-key', { authorization: '', 'x-api-key': 'second-key-0123456789' }],
  ])('lets a known key in (%s) and sends the own one to the backend', async (_name, headers) => {
    service = await startService(operator);
    expect((await service.post(request, { headers })).status).toBe(200);
    const sent = service.backend.lastCall;
    expect(sent.headers.authorization).toBe('Bearer operator-key-0123456789');
    expect(sent.headers).not.toHaveProperty('x-api-key');
  });

  it.each<[string, string, RequestInit]>([
    ['an unknown key', '/v1/responses', { method: 'POST', headers: bearer(TEST_KEY), body: '{}' }],
    ['a part of a key', '/v1/models', { headers: bearer('first-key') }],
    ['the whole list', '/v1/models', { headers: bearer(keys.PROXY_API_KEYS) }],
    ['chat', '/v1/chat/completions', { method: 'POST', headers: bearer(TEST_KEY), body: '{}' }],
    ['another spelling of the path', '/%76%31/models', { headers: bearer(TEST_KEY) }],
  ])('refuses %s', async (_name, path, init) => {
    service = await startService(operator);
    const reply = await fetch(`${service.proxy.url}${path}`, init);
    expect(reply.status).toBe(401);
    const error = await readError(reply);
    expect(error).toMatchObject({ type: 'authentication_error', code: 'invalid_api_key' });
    expect(service.backend.calls).toHaveLength(0);
  });

  it('asks for a key', async () => {
    service = await startService(operator);
    const reply = await fetch(`${service.baseURL}/models`);
    expect(reply.status).toBe(401);
    expect(await readError(reply)).toMatchObject({ code: 'missing_api_key' });
  });

  it('asks for none at /health and /metrics', async () => {
    service = await startService(operator);
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) {
      expect((await fetch(service.proxy.url + path)).status).toBe(200);
    }
  });

  it('sends no key to an open backend, never that of the proxy', async () => {
    service = await startService(keys);
    const headers = bearer('first-key-0123456789');
    expect((await service.post(request, { headers })).status).toBe(200);
    expect(service.backend.lastCall.headers).not.toHaveProperty('authorization');
  });

  it('keeps both out of the log, even when the backend quotes its own', async () => {
    service = await startService({ ...operator, LOG_LEVEL: 'trace' });
    const message = 'Bad key operator-key-0123456789';
    service.backend.enqueue({ status: 401, steps: [{ write: JSON.stringify({ message }) }] });
    const headers = { ...bearer('first-key-0123456789'), 'x-request-id': 'quoted' };
    const text = await (await service.post(request, { headers })).text();
    await service.proxy.nextLog((line) => line.requestId === 'quoted');
    const logged = JSON.stringify(service.proxy.logs());
    expect(logged).not.toContain('first-key-0123456789');
    expect(text + logged).not.toContain('operator-key-0123456789');
  });
});

describe("a backend that quotes the operator's key", () => {
  const key = 'operator-key-0123456789';
  const headers = bearer('first-key-0123456789');

  it('in an answer, cut anywhere, does not show it', async () => {
    service = await startService(operator);
    const forms = [
      key,
      Buffer.from(`Bearer ${key}`).toString('base64'),
      Buffer.from(key).toString('hex'),
    ];
    for (const form of forms) {
      const choice = { index: 0, delta: { content: `(${form})` }, finish_reason: 'stop' };
      const steps = [{ data: { id: 'c', choices: [choice] } }, { write: 'data: [DONE]\n\n' }];
      service.backend.enqueue({ splitBytes: 7, steps });
      const text = await (await service.post({ ...request, stream: true }, { headers })).text();
      expect(text).toContain('response.completed');
      expect(text).toContain('***)');
      expect(text).not.toContain(form);
    }
  });

  describe('token after token', () => {
    const chunks = new ChatChunks('demo');
    const said = `so: ${key}, and operator`;
    const pieces = said.match(/.{1,3}/g) ?? [];
    const spelled: readonly (readonly [string, unknown[], object])[] = [
      ['text', pieces.map((piece) => chunks.text(piece)), {}],
      ['reasoning', [...pieces.map((piece) => chunks.reasoning(piece)), chunks.text('Yes')], {}],
      [
        'arguments',
        [
          chunks.callStart(0, { id: 'call_1', name: 'f', arguments: '{"a":"' }),
          ...[...pieces, '"}'].map((piece) => chunks.callArguments(0, piece)),
        ],
        { tools: [{ type: 'function', name: 'f', parameters: { type: 'object' } }] },
      ],
      ['tokens', pieces.map((piece) => withToken(chunks.text(piece), piece)), {}],
    ];

    /** All letters of the texts, as a client would put them together. */
    const lettersOf = (texts: readonly unknown[]) => texts.join('').replaceAll(/[^\w*-]/g, '');
    const deltasOf = (events: readonly object[]) =>
      events.flatMap((event) => ('delta' in event ? [event.delta] : []));
    function expectHidden(shown: string, deltas: readonly unknown[] = []): void {
      expect(shown).toContain('so: ope***, and operator');
      expect(shown).not.toContain('0123456');
      if (deltas.length > 0) expect(lettersOf(deltas)).toContain('soope***andoperator');
    }

    it.each(spelled)(
      'in %s: no client gets it, in whatever way it asks',
      async (_, deltas, more) => {
        service = await startService({ ...operator, STORE_URL: 'memory:' });
        const answer = () => streamOf(...deltas, chunks.finish('stop'));
        const asked = { ...request, ...more, include: ['message.output_text.logprobs'] };
        const post = async (body: object) => (await service.post(body, { headers })).text();

        service.backend.enqueue(answer(), answer(), answer(), answer());
        const events = (await post({ ...asked, stream: true }))
          .split('\n')
          .filter((line) => line.startsWith('data: {'))
          .map((line) => JSON.parse(line.slice(6)) as object);
        expectHidden(JSON.stringify(events), deltasOf(events));

        const whole = await post(asked);
        expectHidden(whole);
        const { id } = JSON.parse(whole) as { id: string };
        const stored = await fetch(`${service.baseURL}/responses/${id}`, { headers });
        expectHidden(await stored.text());

        const socket = await WebsocketClient.open(service.baseURL, { headers });
        socket.send(asked);
        const messages = await socket.turn();
        socket.socket.close();
        expectHidden(JSON.stringify(messages), deltasOf(messages));

        const queued = JSON.parse(await post({ ...asked, background: true })) as { id: string };
        const followed = await fetch(`${service.baseURL}/responses/${queued.id}?stream=true`, {
          headers,
        });
        expectHidden(await followed.text());
      },
    );

    it.each(spelled)('in %s: no chat client gets it', async (_, deltas) => {
      service = await startService(operator);
      service.backend.enqueue(streamOf(...deltas, chunks.finish('stop')));
      const chat = { method: 'POST', body: '{"model":"demo","stream":true}', headers };
      const text = await (await fetch(`${service.baseURL}/chat/completions`, chat)).text();
      const shown = [
        ...text.matchAll(/"(?:content|reasoning_content|arguments)":"((?:[^"\\]|\\.)*)"/g),
      ];
      expect(lettersOf(shown.map(([, piece]) => piece))).toContain('soope***andoperator');
      expect(text).toMatch(/\[DONE\]\s*$/);
    });
  });

  it('shows no status beyond HTTP to a chat client', async () => {
    service = await startService(operator);
    service.backend.enqueue({ status: 600, steps: [{ write: '{}' }] });
    const chat = { method: 'POST', body: '{}', headers };
    expect((await fetch(`${service.baseURL}/chat/completions`, chat)).status).toBe(502);
  });
});

/** Adds the token that a delta is made of, as a backend tells it where it is asked for log probabilities. */
function withToken(chunk: unknown, token: string): unknown {
  const { choices, ...rest } = chunk as { choices: object[] };
  const logprobs = {
    content: [{ token, logprob: -1, bytes: [...Buffer.from(token)], top_logprobs: [] }],
  };
  return { ...rest, choices: choices.map((choice) => ({ ...choice, logprobs })) };
}

describe('without keys of the operator', () => {
  it("the client's key goes to the backend", async () => {
    service = await startService();
    await service.post(request);
    expect(service.backend.lastCall.headers.authorization).toBe(`Bearer ${TEST_KEY}`);
  });
});

describe('headers to the backend', () => {
  it('BACKEND_HOST_HEADER replaces the host everywhere', async () => {
    service = await startService({ BACKEND_HOST_HEADER: 'model.internal:8000' });
    await service.post(request);
    const chat = { method: 'POST', body: '{}', headers: bearer(TEST_KEY) };
    await fetch(`${service.baseURL}/chat/completions`, chat);
    await fetch(`${service.baseURL}/models?own`, { headers: bearer(TEST_KEY) });
    const hosts = new Set(service.backend.requests.map(({ headers }) => headers.host));
    expect([...hosts]).toEqual(['model.internal:8000']);
  });

  it('FORWARD_HEADERS go on, and nothing else of the client', async () => {
    service = await startService({ FORWARD_HEADERS: 'x-tenant' });
    await service.post(request, {
      headers: { 'x-tenant': 'acme', 'x-secret': 's', cookie: 'c=1' },
    });
    const { headers } = service.backend.lastCall;
    expect(headers['x-tenant']).toBe('acme');
    expect(headers).not.toHaveProperty('x-secret');
    expect(headers).not.toHaveProperty('cookie');
  });
});

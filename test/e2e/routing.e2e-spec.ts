import { renameSync, symlinkSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readError } from '../support/checked-response.js';
import { freePort } from '../support/free-port.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { backendsFile, startSeveral, type SeveralBackends } from '../support/several-backends.js';
import { TEST_KEY } from '../support/start-service.js';

const chunks = new ChatChunks('m');
const answer = (text: string) => streamOf(chunks.text(text), chunks.finish('stop'));
const inOrder = [{ model: '*', to: ['a', 'b', 'c'] }];
const request = { model: 'm', input: 'Hi' };

let service: SeveralBackends;
afterEach(() => service.close());

async function textOf(reply: Response): Promise<string> {
  const body = (await reply.json()) as { output?: { content: { text: string }[] }[] };
  return body.output?.at(-1)?.content[0]?.text ?? JSON.stringify(body);
}

const completed = async () =>
  service.proxy.nextLog(({ msg, path }) => msg === 'request_completed' && path === '/v1/responses');

const listOf = (...ids: string[]) => jsonReply(200, { data: ids.map((id) => ({ id })) });

describe('routes', () => {
  const routes = [
    { model: 'gpt-oss', to: [{ backend: 'b', model: 'openai/gpt-oss-120b' }] },
    { model: 'deepseek-*', to: [{ backend: 'c', model: 'deepseek/$0' }] },
    { model: 'deepseek-r1-*', to: ['b'] },
    { model: '*', to: ['a'] },
  ];

  it.each([
    ['gpt-oss', 'b', 'openai/gpt-oss-120b', 'gpt-oss'],
    ['GPT-OSS', 'b', 'openai/gpt-oss-120b', 'GPT-OSS'],
    ['deepseek-chat', 'c', 'deepseek/deepseek-chat', 'deepseek-chat'],
    ['deepseek-r1-x', 'b', 'deepseek-r1-x', 'deepseek-r1-x'],
    ["$0$&$'", 'a', "$0$&$'", "$0$&$'"],
  ] as const)('%s goes to %s as %s', async (model, backend, there, told) => {
    service = await startSeveral(routes);
    const reply = await service.post({ model, input: 'Hi' });
    expect(await reply.json()).toMatchObject({ status: 'completed', model: told });
    expect(service[backend].lastCall.body).toMatchObject({ model: there });
    expect(await completed()).toMatchObject({ backend, backendModel: there, attempts: 1 });
  });

  it('the models of all are one list, by the names that can be asked for', async () => {
    service = await startSeveral(routes);
    service.a.onModels = () => listOf('house/a', 'gpt-oss');
    service.b.onModels = () => listOf('openai/gpt-oss-120b', 'deepseek-r1-7b');
    service.c.onModels = () => listOf('deepseek/deepseek-chat', 'other');
    const get = (path: string) =>
      fetch(service.proxy.url + path, {
        headers: { authorization: `Bearer ${TEST_KEY}`, 'cache-control': 'no-cache' },
      });
    await service.proxy.provider('Backends').refreshModels();
    const { data } = (await (await get('/v1/models')).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['gpt-oss', 'house/a', 'deepseek-r1-7b']);
    expect(await (await get('/v1/models/gpt-oss')).json()).toMatchObject({ id: 'gpt-oss' });
    const missing = await get('/v1/models/nothing');
    expect(missing.status).toBe(404);
    expect((await readError(missing)).message).toContain('• house/a');
    const codex = (await (await get('/v1/models?client_version=1')).json()) as {
      models: { slug: string }[];
    };
    expect(codex.models.map(({ slug }) => slug)).toContain('gpt-oss');
  });

  it('a model that no route takes is a 404 with those that there are', async () => {
    service = await startSeveral([{ model: 'one', to: ['a'] }]);
    const reply = await service.post(request);
    expect(reply.status).toBe(404);
    expect(await readError(reply)).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect((await service.post({ ...request, model: 'one' })).status).toBe(200);
  });

  it('chat that is passed on takes the same routes', async () => {
    service = await startSeveral(routes);
    const path = '/v1/chat/completions';
    const messages = [{ role: 'user', content: 'Hi' }];
    await service.post({ model: 'gpt-oss', messages, seed: 7 }, { path });
    expect(service.b.lastCall.body).toEqual({ model: 'openai/gpt-oss-120b', messages, seed: 7 });
    await service.post({ model: 'x', messages }, { path });
    expect(service.a.lastCall.body).toEqual({ model: 'x', messages });
    const choices = [{ index: 0, delta: { content: '"model":"there"' } }];
    const named = { model: 'openai/gpt-oss-120b', choices };
    service.b.enqueue(streamOf(named), jsonReply(200, named));
    for (const stream of [true, false]) {
      const reply = await service.post({ model: 'gpt-oss', messages, stream }, { path });
      const text = await reply.text();
      expect(text).toContain('"model":"gpt-oss"');
      expect(text).not.toContain('openai/');
      expect(text).toContain(String.raw`\"model\":\"there\"`);
    }
  });
});

describe('fallback', () => {
  const refusal = (status: number, headers = {}) => ({
    ...jsonReply(status, { error: { message: 'No.' } }),
    headers,
  });

  it.each([
    ['a 503', refusal(503)],
    ['a 500', refusal(500)],
    ['a 404', jsonReply(404, { error: { message: 'No such model.', code: 'model_not_found' } })],
    ['a 429 without a wait', refusal(429)],
    ['a 429 with a long wait', refusal(429, { 'retry-after': '60' })],
    ['an empty body', { steps: [] }],
    ['an error in place of a stream', streamOf({ error: { message: 'Boom', code: 500 } })],
    ['a page', { headers: { 'content-type': 'text/html' }, steps: [{ write: '<html>' }] }],
    ['a connection that breaks at once', { steps: [{ cut: true as const }] }],
  ])('goes on to the next backend after %s, for streams and without', async (_, script) => {
    service = await startSeveral(inOrder);
    for (const stream of [false, true]) {
      service.a.enqueue(script);
      service.b.enqueue(answer('from b'));
      const reply = await service.post({ ...request, stream });
      expect(reply.status).toBe(200);
      const text = await reply.text();
      expect(text).toContain('from b');
      expect(text.match(/response\.created/g)?.length ?? 0).toBe(stream ? 2 : 0);
    }
    expect([service.a.calls.length, service.b.calls.length, service.c.calls.length]).toEqual([
      2, 2, 0,
    ]);
    const line = await completed();
    expect(line).toMatchObject({ backend: 'b', attempts: 2, backendStatus: 200 });
    expect(line.fallbacks).toMatchObject([{ backend: 'a' }]);
  });

  it.each([
    ['a 400', refusal(400), 400],
    ['a 422', refusal(422), 422],
    ['a 401', refusal(401), 401],
    ['a 429 with a short wait', refusal(429, { 'retry-after': '2' }), 429],
  ])('never after %s: another backend would not help', async (_, script, status) => {
    service = await startSeveral(inOrder);
    service.a.enqueue(script);
    expect((await service.post(request)).status).toBe(status);
    expect(service.b.calls).toHaveLength(0);
  });

  it('never once something of an answer was shown', async () => {
    service = await startSeveral(inOrder);
    const words = 'A text that is long enough to be shown at once.';
    service.a.enqueue({ steps: [{ data: chunks.text(words) }, { waitMs: 50 }, { cut: true }] });
    const reply = await service.post({ ...request, stream: true });
    const text = await reply.text();
    expect(text).toContain('response.failed');
    expect(text.split(`"delta":"${words}"`)).toHaveLength(2);
    expect(service.b.calls).toHaveLength(0);
  });

  it('a backend that is silent has its part of the time, and the next one is asked', async () => {
    service = await startSeveral(inOrder, { fallback: { timeoutSecs: 0.9 } });
    service.a.enqueue({ steps: [{ stall: true }] });
    service.b.enqueue(answer('from b'));
    expect(await textOf(await service.post(request))).toBe('from b');
    expect((await completed()).fallbacks).toEqual([{ backend: 'a', code: 'backend_timeout' }]);
  });

  it('a backend that cannot be reached, and one whose breaker is open, are passed by', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/chat/completions`;
    service = await startSeveral(
      inOrder,
      { a: { url } },
      {
        ENABLE_CIRCUIT_BREAKER: 'true',
        BREAKER_FAILURES: '2',
      },
    );
    for (let turn = 0; turn < 4; turn++) expect((await service.post(request)).status).toBe(200);
    expect(service.b.calls).toHaveLength(4);
    const lines = service.proxy.logs().filter(({ msg }) => msg === 'request_completed');
    expect(lines.map(({ attempts }) => attempts)).toEqual([2, 2, 1, 1]);
    const health = await fetch(`${service.proxy.url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: 'healthy',
      circuit_breaker: { enabled: true, is_open: false, consecutive_failures: 2 },
      backends: { a: { is_open: true }, b: { is_open: false }, c: { is_open: false } },
    });
  });

  it('a cold model leaves the others of its host alone', async () => {
    service = await startSeveral(
      [{ model: '*', to: ['a'] }],
      {},
      {
        ENABLE_CIRCUIT_BREAKER: 'true',
        BREAKER_FAILURES: '2',
      },
    );
    service.a.enqueue(refusal(503), refusal(503));
    for (let turn = 0; turn < 2; turn++) await service.post({ ...request, model: 'cold' });
    expect((await service.post({ ...request, model: 'cold' })).status).toBe(503);
    expect((await service.post(request)).status).toBe(200);
  });

  it('when all are down the last error is told, after each was asked once', async () => {
    service = await startSeveral(inOrder);
    for (const backend of [service.a, service.b, service.c]) backend.enqueue(refusal(503));
    expect((await service.post(request)).status).toBe(503);
    expect([service.a, service.b, service.c].map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
    expect((await completed()).attempts).toBe(3);
  });

  it('a conversation that is too long goes to a larger window where the route says so', async () => {
    const tooLong = jsonReply(400, { error: { message: 'maximum context length is 10 tokens' } });
    const windows = (size: number) => () =>
      jsonReply(200, { data: [{ id: 'm', max_model_len: size }] });
    service = await startSeveral([
      { model: 'm', to: ['a', 'b', 'c'], onContextOverflow: true },
      { model: 'n', to: ['a', 'b', 'c'] },
    ]);
    service.a.onModels = windows(10);
    service.b.onModels = windows(20);
    await service.proxy.provider('Backends').refreshModels();
    service.a.enqueue(tooLong, tooLong);
    expect((await service.post(request)).status).toBe(200);
    expect(service.b.calls).toHaveLength(1);
    expect((await service.post({ ...request, model: 'n' })).status).toBe(400);
    expect(service.b.calls).toHaveLength(1);
  });

  it('a backend that is full is passed by', async () => {
    service = await startSeveral(inOrder, { a: { maxConcurrentStreams: 1 } });
    const { promise: goOn, resolve: release } = Promise.withResolvers<undefined>();
    service.a.enqueue({
      steps: [{ until: goOn }, { data: chunks.text('slow') }, { data: chunks.finish('stop') }],
    });
    const called = service.a.nextCall();
    const first = service.post(request);
    await called;
    expect((await service.post(request)).status).toBe(200);
    expect(service.b.calls).toHaveLength(1);
    release(undefined);
    expect(await textOf(await first)).toBe('slow');
  });

  it('chat that is passed on goes on to the next backend as well, and shows nothing of the first', async () => {
    service = await startSeveral([
      { model: 'm', to: ['a', { backend: 'b', model: 'there' }, 'c'] },
    ]);
    const path = '/v1/chat/completions';
    service.a.enqueue({ ...refusal(503), headers: { 'x-secret': 'a' } });
    const body = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true };
    const reply = await service.post(body, { path });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-secret')).toBeNull();
    await reply.text();
    expect(service.b.lastCall.body).toMatchObject({ model: 'there' });
    service.a.enqueue(refusal(400));
    expect((await service.post(body, { path })).status).toBe(400);
    for (const backend of [service.a, service.b, service.c]) backend.enqueue(refusal(502));
    expect((await service.post(body, { path })).status).toBe(502);
  });

  it.each([
    ['token counts', '/v1/responses/input_tokens', { dialect: 'vllm' }],
    ['compaction', '/v1/responses/compact', {}],
  ])('%s take the routes', async (_, path, entry) => {
    service = await startSeveral([{ model: 'm', to: [{ backend: 'b', model: 'there' }] }], {
      b: entry,
    });
    service.b.onTokenizer = () => jsonReply(200, { count: 12 });
    service.b.enqueue(answer('A summary.'));
    const reply = await service.post(request, { path });
    expect(reply.status).toBe(200);
    const [asked] = service.b.requests.filter(({ method }) => method === 'POST');
    expect(asked?.body).toMatchObject({ model: 'there' });
  });
});

describe('a new file', () => {
  const file = (...names: ('a' | 'b' | 'c')[]) => ({
    backends: Object.fromEntries(
      names.map((name) => [name, { url: service[name].url, key: `key-of-house-${name}` }]),
    ),
    routes: [{ model: '*', to: names }],
  });
  const said = (event: string) => service.proxy.nextLog(({ msg }) => msg === event);
  const refused = async () => {
    const text = await (await fetch(`${service.proxy.url}/metrics`)).text();
    return /^responses_proxy_backends_file_refused (\d)$/m.exec(text)?.[1];
  };
  const all = () => service.proxy.provider('Backends').all;

  it('is in force without a restart; a wrong one changes nothing, and an open stream ends where it began', async () => {
    service = await startSeveral([{ model: '*', to: ['a'] }], { c: { retries: 2 } });
    const { promise: goOn, resolve: release } = Promise.withResolvers<undefined>();
    service.a.enqueue({
      steps: [
        { data: chunks.text('A text that is long enough to be shown. ') },
        { until: goOn },
        { data: chunks.text('The end.') },
        { data: chunks.finish('stop') },
      ],
    });
    const open = await service.post({ ...request, stream: true });
    const [a, b, c] = all();

    service.write({ ...file('b'), nonsense: 1 });
    const { level, problems } = await said('backends_not_reloaded');
    expect(level).toBe('ERROR');
    expect(problems).toEqual([expect.stringMatching(/^BACKENDS_FILE .*:\d+ nonsense is unknown$/)]);
    expect(await refused()).toBe('1');
    expect(all()).toEqual([a, b, c]);
    expect((await service.post(request)).status).toBe(200);
    expect([service.a.calls.length, service.b.calls.length]).toEqual([2, 0]);

    // As Kubernetes does it: a link is swapped, and nothing is written into the file that was open.
    const path = service.proxy.provider('SETTINGS').routing.file ?? '';
    const other = backendsFile();
    other.write(file('b', 'c'));
    symlinkSync(other.path, `${path}.new`);
    renameSync(`${path}.new`, path);
    await said('backends_reloaded');
    other.remove();
    expect(await refused()).toBe('0');
    const [sameB, otherC] = all();
    expect(all()).toHaveLength(2);
    expect(sameB).toBe(b);
    expect(otherC).not.toBe(c);
    expect((await service.post(request)).status).toBe(200);
    expect([service.a.calls.length, service.b.calls.length]).toEqual([2, 1]);

    release(undefined);
    const text = await open.text();
    expect(text).toContain('The end.');
    expect(text).toContain('response.completed');
    expect(service.proxy.logs().filter(({ msg }) => msg === 'backends_not_reloaded')).toHaveLength(
      1,
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metric } from '../support/metrics.js';
import { itOverOneHop } from '../support/over-hops.js';
import {
  ChatChunks,
  jsonReply,
  ScriptedBackend,
  streamOf,
  type ReceivedRequest,
  type Script,
} from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** Asks POST /v1/responses/input_tokens, counted by the backend or estimated. */

const failures = 'responses_proxy_token_count_failures_total';
const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };

let backend: ScriptedBackend;
let proxy: StartedApp;
beforeEach(async () => {
  backend = await ScriptedBackend.start();
});
afterEach(async () => {
  await proxy.close();
  await backend.close();
});

const start = async (environment: Record<string, string>): Promise<void> => {
  proxy = await startApp({ BACKEND_URL: backend.url, ...environment });
};

async function count(
  fields: Record<string, unknown> = {},
  signal: AbortSignal | null = null,
): Promise<{ tokens: number; source: string | null }> {
  const reply = await fetch(`${proxy.url}/v1/responses/input_tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-client' },
    body: JSON.stringify({ model: 'm', input: 'Hi', ...fields }),
    signal,
  });
  expect(reply.status).toBe(200);
  const body = (await reply.json()) as { object: string; input_tokens: number };
  expect(body.object).toBe('response.input_tokens');
  return { tokens: body.input_tokens, source: reply.headers.get('x-input-tokens') };
}

/** Gives what a tokenizer was asked: the requests that are neither lists nor chat calls. */
const asked = (): ReceivedRequest[] => backend.requests.filter(({ method }) => method === 'POST');
const warnings = () => proxy.logs().filter(({ msg }) => msg.includes('does not count tokens'));

it.each(['vllm', 'sglang'])('%s: POST /tokenize with the messages', async (dialect) => {
  backend.onTokenizer = () => jsonReply(200, { count: 4321, max_model_len: 8192, tokens: [1] });
  await start({ BACKEND_DIALECT: dialect });
  const tools = [{ type: 'function', name: 'paint', parameters: { type: 'object' } }];
  const { tokens, source } = await count({ instructions: 'Be short.', tools });
  expect([tokens, source]).toEqual([4321, 'backend']);
  expect(asked()).toHaveLength(1);
  expect(asked()[0]).toMatchObject({
    path: '/tokenize',
    headers: { authorization: 'Bearer sk-of-the-client', 'content-type': 'application/json' },
    body: {
      model: 'm',
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [{ type: 'function', function: { name: 'paint' } }],
      add_generation_prompt: true,
    },
  });
  expect(backend.calls).toEqual([]);
});

it('the URL is derived as that of the models is, and the operator’s key goes out', async () => {
  backend.onTokenizer = () => jsonReply(200, { count: 1 });
  await start({
    BACKEND_URL: backend.url.replace('/v1/', '/gateway/v1/'),
    BACKEND_DIALECT: 'vllm',
    PROXY_API_KEYS: 'sk-of-the-client',
    BACKEND_API_KEY: 'sk-of-the-operator',
  });
  expect((await count()).source).toBe('backend');
  expect(asked()[0]?.path).toBe('/gateway/tokenize');
  expect(asked()[0]?.headers.authorization).toBe('Bearer sk-of-the-operator');
});

describe('llama.cpp', () => {
  it('POST /v1/chat/completions/input_tokens with the chat request', async () => {
    backend.onTokenizer = () => jsonReply(200, { input_tokens: 77 });
    await start({ BACKEND_DIALECT: 'llamacpp' });
    expect(await count()).toEqual({ tokens: 77, source: 'backend' });
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).toMatchObject({
      path: '/v1/chat/completions/input_tokens',
      body: { model: 'm', messages: [{ role: 'user', content: 'Hi' }] },
    });
  });

  it('an old build: POST /apply-template, then /tokenize', async () => {
    const answers: Record<string, Script> = {
      '/apply-template': jsonReply(200, { prompt: '<|im_start|>Hi' }),
      '/tokenize': jsonReply(200, { tokens: [5, 6, 7] }),
    };
    backend.onTokenizer = ({ path }) => answers[path] ?? jsonReply(404, { error: {} });
    await start({ BACKEND_DIALECT: 'llamacpp' });
    expect(await count()).toEqual({ tokens: 3, source: 'backend' });
    expect(asked().map(({ path }) => path)).toEqual([
      '/v1/chat/completions/input_tokens',
      '/apply-template',
      '/tokenize',
    ]);
    expect(asked()[2]?.body).toMatchObject({ content: '<|im_start|>Hi' });
  });
});

describe('an estimate', () => {
  // The second hop counts what failed.
  itOverOneHop.each<[string, Script]>([
    ['refuses', jsonReply(404, { detail: 'Not Found' })],
    ['breaks', { steps: [{ write: '{"count": ' }, { cut: true }] }],
    ['answers something else', jsonReply(200, { tokens: 'many' })],
    ['redirects', jsonReply(307, {}, { location: 'http://127.0.0.1:9/tokenize' })],
    ['never stops', { steps: endless() }],
  ])('where the tokenizer %s: counted, and logged once', async (_name, script) => {
    backend.onTokenizer = () => script;
    await start({ BACKEND_DIALECT: 'vllm' });
    expect((await count()).source).toBe('estimate');
    backend.onTokenizer = () => jsonReply(500, {});
    const { tokens, source } = await count({ input: 'x'.repeat(400) });
    expect([tokens > 100 && tokens < 120, source]).toEqual([true, 'estimate']);
    expect(await metric(proxy.url, failures)).toBe(2);
    expect(warnings()).toHaveLength(1);
    expect(JSON.stringify(warnings())).not.toContain('sk-of');
  });

  it('within seconds where the tokenizer hangs, and its call is ended', async () => {
    backend.onTokenizer = () => ({ steps: [{ write: '{"count"' }, { stall: true }] });
    await start({ BACKEND_DIALECT: 'vllm' });
    expect((await count()).source).toBe('estimate');
    await asked()[0]?.closed;
    expect(asked()[0]?.abortedAt).toBeDefined();
    expect(await metric(proxy.url, failures)).toBe(1);
  });

  it('for nobody when the client leaves: the call is ended, and nothing has failed', async () => {
    const arrived = Promise.withResolvers<ReceivedRequest>();
    backend.onTokenizer = (request) => {
      arrived.resolve(request);
      return { steps: [{ stall: true }] };
    };
    await start({ BACKEND_DIALECT: 'vllm' });
    const client = new AbortController();
    const answer = count({}, client.signal);
    const request = await arrived.promise;
    client.abort();
    await expect(answer).rejects.toThrow();
    await request.closed;
    expect(request.abortedAt).toBeDefined();
    expect(await metric(proxy.url, failures)).toBe(0);
    expect(warnings()).toEqual([]);
  });

  it('where the dialect has no tokenizer: the backend is not called', async () => {
    await start({ BACKEND_DIALECT: 'openai' });
    expect((await count()).source).toBe('estimate');
    expect(asked()).toEqual([]);
  });

  it('as `usage` estimates it where the backend tells none', async () => {
    await start({ BACKEND_DIALECT: 'openai' });
    const chunks = new ChatChunks('m');
    backend.enqueue(streamOf(chunks.text('Yes.'), chunks.finish('stop')));
    const body = { input: 'How many tokens are in this sentence?', instructions: 'Count.' };
    const { tokens } = await count(body);
    const reply = await fetch(`${proxy.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-of-the-client' },
      body: JSON.stringify({ model: 'm', ...body }),
    });
    expect(await reply.json()).toMatchObject({ usage: { input_tokens: tokens } });
  });

  it('of images, which a tokenizer of text does not count', async () => {
    await start({ BACKEND_DIALECT: 'vllm' });
    const input = [{ type: 'message', role: 'user', content: [image] }];
    const { tokens, source } = await count({ input });
    expect([tokens > 1_000, source]).toEqual([true, 'estimate']);
    expect(asked()).toEqual([]);
    expect(await metric(proxy.url, failures)).toBe(0);
  });

  it('while the circuit breaker is open', async () => {
    backend.onTokenizer = () => jsonReply(200, { count: 1 });
    backend.enqueue(jsonReply(500, {}));
    await start({
      BACKEND_DIALECT: 'vllm',
      ENABLE_CIRCUIT_BREAKER: 'true',
      BREAKER_FAILURES: '1',
    });
    expect((await count()).source).toBe('backend');
    await fetch(`${proxy.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', input: 'Hi' }),
    });
    expect((await count()).source).toBe('estimate');
    expect(asked().filter(({ path }) => path === '/tokenize')).toHaveLength(1);
  });

  it('at once where all places are taken: a count is a call like the others', async () => {
    backend.onTokenizer = () => jsonReply(200, { count: 1 });
    backend.enqueue({ steps: [{ stall: true }] });
    await start({
      BACKEND_DIALECT: 'vllm',
      MAX_CONCURRENT_STREAMS: '1',
      MAX_QUEUED_REQUESTS: '0',
    });
    const arrived = backend.nextCall();
    const client = new AbortController();
    const answer = fetch(`${proxy.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', input: 'Hi' }),
      signal: client.signal,
    });
    await arrived;
    expect((await count()).source).toBe('estimate');
    expect(asked().map(({ path }) => path)).toEqual(['/v1/chat/completions']);
    client.abort();
    await expect(answer).rejects.toThrow();
  });

  it('where a profile says so; and a profile gives a tokenizer', async () => {
    backend.onTokenizer = () => jsonReply(200, { count: 5 });
    const folder = mkdtempSync(join(tmpdir(), 'token-count-'));
    const file = join(folder, 'profiles.yaml');
    writeFileSync(
      file,
      'backends: { 127.0.0.1: { tokenCount: tokenize } }\nmodels: { m: { tokenCount: estimate } }',
    );
    await start({ BACKEND_DIALECT: 'default', BACKEND_PROFILES: file });
    rmSync(folder, { recursive: true });
    expect((await count()).source).toBe('estimate');
    expect(await count({ model: 'other' })).toEqual({ tokens: 5, source: 'backend' });
  });
});

it('logs the next series of failures again', async () => {
  const scripts = [500, 200, 500].map((status) => jsonReply(status, { count: 1 }));
  backend.onTokenizer = () => scripts.shift() ?? jsonReply(500, {});
  await start({ BACKEND_DIALECT: 'vllm' });
  for (const expected of ['estimate', 'backend', 'estimate', 'estimate']) {
    expect((await count()).source).toBe(expected);
  }
  expect(warnings()).toHaveLength(2);
});

/** Brings more than an answer may have, and would go on for ever. */
function* endless(): Generator<{ write: string }> {
  const piece = '1,'.repeat(512 * 1024);
  yield { write: '{"tokens": [' };
  for (let pieces = 0; pieces < 64; pieces++) yield { write: piece };
}

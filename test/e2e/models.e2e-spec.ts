import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ModelCatalog } from '../../src/responses/backend/models/model-catalog.js';
import {
  jsonReply,
  ScriptedBackend,
  type ReceivedRequest,
  type Script,
} from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

let backend: ScriptedBackend;
let proxy: StartedApp;

async function start(onModels?: (request: ReceivedRequest) => Script, refreshSeconds = '3600') {
  backend = await ScriptedBackend.start();
  backend.onModels = onModels;
  proxy = await startApp({
    BACKEND_URL: backend.url,
    LOG_LEVEL: 'silent',
    MODELS_REFRESH_SECS: refreshSeconds,
  });
  const { url } = proxy;
  return {
    catalog: proxy.provider('Backends').main.catalog,
    get: (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers }),
  };
}

afterEach(async () => {
  await proxy.close();
  await backend.close();
});

const listOf = (...ids: string[]) =>
  jsonReply(200, { object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

/** The catalogue is read in the background; a refresh of our own is awaited instead of time. */
const known = async (catalog: ModelCatalog) => {
  await catalog.refresh();
};

describe('GET /v1/models', () => {
  it("answers from the public list, in the backend's own bytes", async () => {
    const text = '{ "object":"list", "data":[ {"id":"a/B", "x": 1.0} ] }';
    const script = {
      headers: { 'content-type': 'application/json' },
      steps: [{ write: text }],
    };
    const { catalog, get } = await start(() => script);
    await known(catalog);
    const before = backend.requests.length;
    const response = await get('/v1/models', { authorization: 'Bearer k' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.text()).toBe(text);
    expect(backend.requests).toHaveLength(before);
    expect(backend.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it("has the proxy's own headers where the backend sends others", async () => {
    const { get } = await start(() => ({
      ...listOf('a'),
      headers: {
        'content-type': 'application/json',
        'content-security-policy': 'default-src *',
        'clear-site-data': '"*"',
        'x-request-id': 'of-the-backend',
        'x-vendor': 'kept',
      },
    }));
    const { headers } = await get('/v1/models?limit=1');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-request-id')).toMatch(/^req_/);
    expect(headers.has('clear-site-data')).toBe(false);
    expect(headers.get('x-vendor')).toBe('kept');
  });

  it('makes a 502 of a status beyond HTTP', async () => {
    const { get } = await start(() => jsonReply(600, {}));
    expect((await get('/v1/models?limit=1')).status).toBe(502);
  });

  it('lets a client past the catalogue with no-cache or a query', async () => {
    const { catalog, get } = await start(() => listOf('a'));
    await known(catalog);
    const before = backend.requests.length;
    await (await get('/v1/models', { 'cache-control': 'no-cache', 'x-api-key': 'k' })).text();
    await (await get('/v1/models?limit=1')).text();
    const [first, second] = backend.requests.slice(before);
    expect(first?.headers.authorization).toBe('Bearer k');
    expect(second?.path).toBe('/v1/models?limit=1');
  });

  it('never shows the list of one key to another, but learns the spelling', async () => {
    const { catalog, get } = await start((request) =>
      request.headers.authorization === 'Bearer one'
        ? listOf('Org/Secret')
        : jsonReply(401, { error: { message: 'key?' } }),
    );
    await known(catalog);
    const one = await get('/v1/models', { authorization: 'Bearer one' });
    expect(await one.json()).toMatchObject({ data: [{ id: 'Org/Secret' }] });
    const two = await get('/v1/models', { authorization: 'Bearer two' });
    expect(two.status).toBe(401);
    expect(await two.json()).toEqual({ error: { message: 'key?' } });
    expect(catalog.resolve('org/secret')).toBe('Org/Secret');
    expect(catalog.notFoundMessage('x')).toBeUndefined();
  });
});

describe('GET /v1/models/{id}', () => {
  it.each(['/v1/models/demo/Demo-Reasoner', '/v1/models/demo%2FDemo-Reasoner'])(
    '%s',
    async (path) => {
      const { get } = await start();
      const response = await get(path, { authorization: 'Bearer k' });
      expect(await response.json()).toMatchObject({ id: 'demo/Demo-Reasoner' });
      expect(backend.requests.at(-1)?.path).toBe('/v1/models/demo%2FDemo-Reasoner');
    },
  );

  it('answers from the list where the backend has nothing but the list', async () => {
    const { catalog, get } = await start(({ path }) =>
      path === '/v1/models' ? listOf('a/B', 'c') : jsonReply(404, { detail: 'Not Found' }),
    );
    await known(catalog);
    for (const path of ['/v1/models/a/B', '/v1/models/a%2FB']) {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ id: 'a/B', object: 'model' });
    }
    expect((await get('/v1/models/d')).status).toBe(404);
    expect((await get('/v1/models/%zz')).status).toBeGreaterThanOrEqual(400);
  });

  it("keeps the backend's 404", async () => {
    const { get } = await start();
    const response = await get('/v1/models/nope');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });

  it.each(['/v1/models/..%2f..%2fadmin', '/v1/models/%2e%2e/%2e%2e/admin', '/v1/models/x/..;/a'])(
    'does not let %s out of the list',
    async (path) => {
      const { get } = await start();
      await (await get(path)).text();
      expect(backend.requests.every(({ path: asked }) => asked.startsWith('/v1/models'))).toBe(
        true,
      );
    },
  );
});

describe('the catalogue', () => {
  it('does not hold up the start', async () => {
    const { catalog } = await start(() => ({ delayMs: 60_000, steps: [] }));
    expect(catalog.resolve('org/model')).toBe('org/model');
    expect(catalog.notFoundMessage('x')).toBeUndefined();
  });

  it('shows the engine behind an unusual port, whose dialect is used from then on', async () => {
    const vllm = { object: 'list', data: [{ id: 'm', object: 'model', owned_by: 'vllm' }] };
    const { catalog } = await start(() => jsonReply(200, vllm));
    await catalog.refresh();
    const { dialects } = proxy.provider('Backends').main;
    expect(dialects.rulesOf('m').preset).toBe('vllm');
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'm', input: 'Hi', priority: 1 });
    await (await fetch(`${proxy.url}/v1/responses`, { method: 'POST', headers, body })).text();
    expect(backend.lastCall.body).toMatchObject({ priority: 1 });
  });

  it('keeps its list over a failure', async () => {
    let asked = 0;
    const { catalog } = await start(() => {
      asked += 1;
      return asked < 3 ? listOf('Org/Model') : jsonReply(500, {});
    });
    await known(catalog);
    await known(catalog);
    await known(catalog);
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(catalog.resolve('org/model')).toBe('Org/Model');
    expect(catalog.notFoundMessage('x')).toContain('• Org/Model');
  });

  it('asks again by itself', async () => {
    let resolveThird: () => void = () => undefined;
    const third = new Promise<void>((resolve) => (resolveThird = resolve));
    let asked = 0;
    await start(() => {
      asked += 1;
      if (asked === 3) resolveThird();
      return listOf('a');
    }, '1');
    await third;
    expect(backend.requests.length).toBeGreaterThanOrEqual(3);
  });
});

describe('the header of the key', () => {
  it('is that of the profile on every road to the backend', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
    const file = join(folder, 'profiles.json');
    writeFileSync(file, JSON.stringify({ backends: { '127.0.0.1': { apiKeyHeader: 'api-key' } } }));
    backend = await ScriptedBackend.start();
    proxy = await startApp({
      BACKEND_URL: backend.url,
      LOG_LEVEL: 'silent',
      BACKEND_PROFILES: file,
      READY_REQUIRES_BACKEND: 'true',
      BACKEND_API_KEY: 'operator-key',
      PROXY_API_KEYS: 'proxy-key-of-a-team',
    });
    rmSync(folder, { recursive: true });
    const headers = {
      authorization: 'Bearer proxy-key-of-a-team',
      'content-type': 'application/json',
    };
    const post = (path: string, body: object) =>
      fetch(proxy.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    await (await fetch(`${proxy.url}/v1/models?fresh`, { headers })).text();
    await (await fetch(`${proxy.url}/health/ready`)).text();
    await (await post('/v1/responses', { model: 'm', input: 'x' })).text();
    await (await post('/v1/chat/completions', { model: 'm', messages: [] })).text();
    expect(backend.requests.length).toBeGreaterThanOrEqual(4);
    for (const { headers: received } of backend.requests) {
      expect(received).toMatchObject({ 'api-key': 'operator-key' });
      expect(received).not.toHaveProperty('authorization');
    }
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { RedisServer, redisIsMissing } from '../store/support/redis-server.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

interface HealthReport {
  status: string;
  store: { type: string; is_available: boolean };
}

(redisIsMissing() ? describe.skip : describe)('an outage of the store', () => {
  let redis: RedisServer;
  let backend: ScriptedBackend;
  let app: StartedApp;
  let client: OpenAI;

  beforeAll(async () => {
    redis = await RedisServer.start();
    backend = await ScriptedBackend.start();
    app = await startApp({ BACKEND_URL: backend.url, STORE_URL: redis.url });
    client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'sk-key-000000', maxRetries: 0 });
  });
  afterAll(async () => {
    await app.close();
    await backend.close();
    await redis.stop();
  });

  const health = async (): Promise<HealthReport> =>
    (await (await fetch(`${app.url}/health`)).json()) as HealthReport;

  it('leaves responses alone, is logged, counted and shown, and passes', async () => {
    const before = await client.responses.create({ model: 'm', input: 'Hi' });
    expect(before).toMatchObject({ store: true });
    expect((await health()).store).toEqual({
      type: 'redis',
      is_available: true,
      risks: [expect.stringContaining('keeps nothing on disk')],
    });

    await redis.kill();
    const stream = client.responses.stream({ model: 'm', input: 'Hi' });
    const during = await stream.finalResponse();
    expect(during).toMatchObject({ status: 'completed', store: false });
    expect(during.output_text).not.toBe('');
    await expect(client.responses.retrieve(before.id)).rejects.toMatchObject({
      status: 503,
      code: 'store_unavailable',
    });
    const background = { model: 'm', input: 'Hi', background: true };
    await expect(client.responses.create(background)).rejects.toMatchObject({ status: 503 });
    const reported = await health();
    expect(reported).toMatchObject({ status: 'healthy', store: { is_available: false } });
    await app.nextLog(({ msg }) => msg.startsWith('store_failed responses.begin'));
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    expect(metrics).toMatch(/store_failures_total\{operation="responses.begin"\} [1-9]/);

    await redis.restart();
    // Every report of health tries the store again; the test's own time is the bound.
    while (!(await health()).store.is_available) await sleep(50);
    const after = await client.responses.create({ model: 'm', input: 'Hi' });
    expect(after).toMatchObject({ store: true });
  });
});

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metric } from '../support/metrics.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { ServiceProcess } from '../support/start-process.js';

/** Starts the built service as processes of its own. */
describe('WEB_CONCURRENCY', () => {
  let backend: ScriptedBackend;
  let service: ServiceProcess;

  beforeEach(async () => {
    backend = await ScriptedBackend.start();
  });
  afterEach(async () => {
    await service.kill();
    await backend.close();
  });

  function start(environment: Record<string, string>): void {
    service = ServiceProcess.start({
      ...{ BACKEND_URL: backend.url, WEB_CONCURRENCY: '2' },
      ...environment,
    });
  }

  /** Asks without keep-alive, so that the connections spread over the workers. */
  async function ask(url: string): Promise<number> {
    const reply = await fetch(`${url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ model: 'demo', input: 'Hi' }),
    });
    await reply.text();
    return reply.status;
  }

  it('shares the port, sums the metrics, replaces a dead worker, and stops with code 0', async () => {
    start({ STORE_URL: 'none:' });
    await service.listening(2);
    const { url } = service;
    for (let count = 0; count < 6; count++) expect(await ask(url)).toBe(200);
    const series =
      'responses_proxy_requests_total{route="/v1/responses",status="200",stream="false"}';
    for (let scrape = 0; scrape < 3; scrape++) expect(await metric(url, series)).toBe(6);

    const [first] = service.logs('worker_started');
    process.kill(Number(first!.pid), 'SIGKILL');
    await service.listening(3);
    expect(service.logs('worker_exited')).toMatchObject([{ level: 'ERROR', signal: 'SIGKILL' }]);
    expect(await ask(url)).toBe(200);

    service.send('SIGTERM');
    expect(await service.exit).toEqual([0, null]);
  }, 120_000);

  it('gives up with code 1 when no worker can start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    start({ HOST_PORT: String((taken.address() as AddressInfo).port), STORE_URL: 'none:' });
    const [code] = await service.exit;
    taken.close();
    expect(code).toBe(1);
    expect(service.logs('workers_given_up')).toHaveLength(1);
    expect(service.logs('worker_exited').length).toBeLessThan(10);
  }, 120_000);

  it('refuses a store that the workers would not share', async () => {
    start({});
    const [code] = await service.exit;
    expect(code).toBe(1);
    expect(service.output).toContain(
      'ERROR STORE_URL must be sqlite, redis, postgres or none with WEB_CONCURRENCY',
    );
  });
});

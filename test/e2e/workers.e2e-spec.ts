import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metric } from '../support/metrics.js';
import { ScriptedBackend } from '../support/scripted-backend.js';

/** The built service as processes of its own. */
describe('WEB_CONCURRENCY', () => {
  let backend: ScriptedBackend;
  let child: ChildProcessWithoutNullStreams;
  let output = '';

  beforeEach(async () => {
    backend = await ScriptedBackend.start();
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await backend.close();
  });

  function start(environment: Record<string, string>): void {
    output = '';
    child = spawn(process.execPath, [resolve('dist/main.js')], {
      env: { BACKEND_URL: backend.url, HOST: '127.0.0.1', WEB_CONCURRENCY: '2', ...environment },
    });
    child.stdout.on('data', (text) => (output += String(text)));
    child.stderr.on('data', (text) => (output += String(text)));
  }

  function linesOf(message: string): Record<string, unknown>[] {
    const lines = output.split('\n').filter((line) => line.includes(`"msg":"${message}"`));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Resolves with the URL once so many workers have begun to listen. */
  async function listening(count: number): Promise<string> {
    while (linesOf('listening').length < count) await once(child.stdout, 'data');
    return String(linesOf('listening')[0]!.url);
  }

  /** Without keep-alive, so that the connections spread over the workers. */
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
    start({ HOST_PORT: '0', STORE_URL: 'none:' });
    const url = await listening(2);
    for (let count = 0; count < 6; count++) expect(await ask(url)).toBe(200);
    const series =
      'responses_proxy_requests_total{route="/v1/responses",status="200",stream="false"}';
    for (let scrape = 0; scrape < 3; scrape++) expect(await metric(url, series)).toBe(6);

    const [first] = linesOf('worker_started');
    process.kill(Number(first!.pid), 'SIGKILL');
    await listening(3);
    expect(linesOf('worker_exited')).toMatchObject([{ level: 'ERROR', signal: 'SIGKILL' }]);
    expect(await ask(url)).toBe(200);

    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  }, 30_000);

  it('gives up with code 1 when no worker can start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    start({ HOST_PORT: String((taken.address() as AddressInfo).port), STORE_URL: 'none:' });
    const [code] = await once(child, 'close');
    taken.close();
    expect(code).toBe(1);
    expect(linesOf('workers_given_up')).toHaveLength(1);
    expect(linesOf('worker_exited').length).toBeLessThan(10);
  }, 60_000);

  it('refuses a store that the workers would not share', async () => {
    start({});
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(output).toContain('ERROR STORE_URL must be sqlite, redis or none with WEB_CONCURRENCY');
  });
});

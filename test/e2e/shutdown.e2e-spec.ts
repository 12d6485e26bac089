import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkEvents, finalResponse, readError } from '../support/checked-response.js';
import { gatedAnswer } from '../support/live-streams.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { parseEventStream } from '../support/sse-text.js';

const request = { model: 'demo', input: 'Hi' };

/** The built service as a process of its own: signals and exit codes are part of what is tested. */
describe('SIGTERM', () => {
  let backend: ScriptedBackend;
  let child: ChildProcessWithoutNullStreams;
  let output = '';
  let url = '';
  let finish: () => void;

  beforeEach(async () => {
    backend = await ScriptedBackend.start();
    const gate = new Promise<void>((open) => (finish = open));
    backend.enqueue(gatedAnswer(gate));
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await backend.close();
  });

  async function start(graceSeconds: string, environment: NodeJS.ProcessEnv = {}): Promise<void> {
    output = '';
    child = spawn(process.execPath, [resolve('dist/main.js')], {
      env: {
        BACKEND_URL: backend.url,
        HOST: '127.0.0.1',
        HOST_PORT: '0',
        SHUTDOWN_GRACE_SECS: graceSeconds,
        LOG_LEVEL: 'info',
        ...environment,
      },
    });
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    await said('"msg":"listening"');
    url = /"url":"([^"]+)"/.exec(output)?.[1] ?? '';
  }

  async function said(text: string): Promise<void> {
    while (!output.includes(text)) await once(child.stdout, 'data');
  }

  const post = (stream: boolean) =>
    fetch(`${url}/v1/responses`, { method: 'POST', body: JSON.stringify({ ...request, stream }) });

  it('lets a live stream finish while new requests are refused, then exits with 0', async () => {
    await start('20');
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    idle.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    const idleClosed = once(idle.resume(), 'close');
    const stream = await post(true);
    const exit = once(child, 'close');
    child.kill('SIGTERM');
    await said('Shutting down');
    await idleClosed;

    const refused = await post(false);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('connection')).toBe('close');
    expect(await readError(refused)).toMatchObject({ code: 'server_shutting_down' });
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'not_ready' });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);

    finish();
    const events = checkEvents(parseEventStream(await stream.text()));
    expect(finalResponse(events)).toMatchObject({ status: 'completed' });
    expect(await exit).toEqual([0, null]);
  });

  it('lets a background response finish', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'responses-shutdown-'));
    const environment = { STORE_URL: `sqlite:${folder}/r.db`, STORE_SECRET: 'the same for both' };
    try {
      await start('20', environment);
      const body = JSON.stringify({ ...request, background: true });
      const queued = await fetch(`${url}/v1/responses`, { method: 'POST', body });
      const { id } = (await queued.json()) as { id: string };
      const exit = once(child, 'close');
      child.kill('SIGTERM');
      await said('Shutting down');
      finish();
      expect(await exit).toEqual([0, null]);

      await start('20', environment);
      const stored = await fetch(`${url}/v1/responses/${id}`);
      expect(await stored.json()).toMatchObject({ id, status: 'completed' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('ends what is left after the grace with response.failed, and exits with 0', async () => {
    await start('0.2');
    const stream = await post(true);
    const arrived = backend.nextCall();
    backend.enqueue({ delayMs: 60_000, steps: [] });
    const unanswered = post(true);
    await arrived;
    const exit = once(child, 'close');
    child.kill('SIGTERM');
    const events = checkEvents(parseEventStream(await stream.text()));
    expect(finalResponse(events)).toMatchObject({
      status: 'failed',
      error: { code: 'server_shutting_down' },
    });
    expect((await unanswered).status).toBe(503);
    expect(await exit).toEqual([0, null]);
    await Promise.all(backend.calls.map(({ closed }) => closed));
  });

  it('a second signal does not wait', async () => {
    await start('60');
    const stream = await post(true);
    const exit = once(child, 'close');
    child.kill('SIGTERM');
    await said('Shutting down');
    child.kill('SIGTERM');
    expect(await exit).toEqual([143, null]);
    await expect(stream.text()).rejects.toThrow();
  });
});

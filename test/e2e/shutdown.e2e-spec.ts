import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkEvents, finalResponse, readError } from '../support/checked-response.js';
import { gatedAnswer } from '../support/live-streams.js';
import { rawPost } from '../support/raw-http.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { parseEventStream } from '../../src/testing/sse-text.js';
import { ServiceProcess } from '../support/start-process.js';
import { WebsocketClient } from '../support/websocket-client.js';

const request = { model: 'demo', input: 'Hi' };

describe('SIGTERM', () => {
  let backend: ScriptedBackend;
  let service: ServiceProcess;
  let finish: () => void;

  beforeEach(async () => {
    backend = await ScriptedBackend.start();
    const gate = new Promise<void>((open) => (finish = open));
    backend.enqueue(gatedAnswer(gate));
  });
  afterEach(async () => {
    await service.kill();
    await backend.close();
  });

  async function start(
    graceSeconds: string,
    environment: Record<string, string> = {},
  ): Promise<void> {
    service = ServiceProcess.start({
      BACKEND_URL: backend.url,
      SHUTDOWN_GRACE_SECS: graceSeconds,
      ...environment,
    });
    await service.listening();
  }

  const post = (stream: boolean) =>
    fetch(`${service.url}/v1/responses`, {
      method: 'POST',
      body: JSON.stringify({ ...request, stream }),
    });

  it('lets a live stream finish while new requests are refused, then exits with 0', async () => {
    await start('20');
    const idle = connect(Number(new URL(service.url).port), '127.0.0.1');
    idle.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');
    const idleClosed = once(idle.resume(), 'close');
    const stream = await post(true);
    const { exit } = service;
    service.send('SIGTERM');
    await service.said('Shutting down');
    await idleClosed;

    const refused = await post(false);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('connection')).toBe('close');
    expect(await readError(refused)).toMatchObject({ code: 'server_shutting_down' });
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'not_ready' });
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);

    finish();
    const events = checkEvents(parseEventStream(await stream.text()));
    expect(finalResponse(events)).toMatchObject({ status: 'completed' });
    expect(await exit).toEqual([0, null]);
  });

  it('counts what is open once, and answers what comes on a connection that it kept', async () => {
    await start('20');
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let received = '';
    const said = async (text: string): Promise<void> => {
      while (!received.includes(text)) await once(socket, 'data');
    };
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    const url = new URL(`${service.url}/v1/responses`);
    socket.write(rawPost(url, { body: { ...request, stream: true } }));
    await said('response.output_text.delta');
    const arrived = backend.nextCall();
    backend.enqueue({ delayMs: 60_000, steps: [] });
    const client = await WebsocketClient.open(`${service.url}/v1`);
    client.send(request);
    await arrived;
    const { exit } = service;
    service.send('SIGTERM');
    await service.said('Shutting down: 2 requests');
    client.socket.terminate();
    finish();
    await said('[DONE]');
    socket.write(rawPost(url, { body: request }));
    await said('server_shutting_down');
    expect(received).toContain('HTTP/1.1 503');
    expect(received.match(/connection: close/gi)).toHaveLength(1);
    expect(await exit).toEqual([0, null]);
    expect(service.logs('request_completed')).toContainEqual(
      expect.objectContaining({ status: 503, errorCode: 'server_shutting_down' }),
    );
  });

  it('lets a background response finish', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'responses-shutdown-'));
    const environment = { STORE_URL: `sqlite:${folder}/r.db`, STORE_SECRET: 'the same for both' };
    try {
      await start('20', environment);
      const body = JSON.stringify({ ...request, background: true });
      const queued = await fetch(`${service.url}/v1/responses`, { method: 'POST', body });
      const { id } = (await queued.json()) as { id: string };
      const { exit } = service;
      service.send('SIGTERM');
      await service.said('Shutting down');
      finish();
      expect(await exit).toEqual([0, null]);

      await start('20', environment);
      const stored = await fetch(`${service.url}/v1/responses/${id}`);
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
    const { exit } = service;
    service.send('SIGTERM');
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
    const { exit } = service;
    service.send('SIGTERM');
    await service.said('Shutting down');
    service.send('SIGTERM');
    expect(await exit).toEqual([143, null]);
    await expect(stream.text()).rejects.toThrow();
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { readError, readEvents } from '../support/checked-response.js';
import { metric } from '../support/metrics.js';
import {
  ChatChunks,
  jsonReply,
  startSocketBackend,
  streamOf,
  type Script,
} from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi' };
const good = () => streamOf(chunks.text('Hello'), chunks.finish('stop'));
const refusal = (status: number, headers: Record<string, string> = {}) =>
  jsonReply(status, { error: { message: 'Not now.' } }, headers);

let service: Service;
afterEach(() => service.close());

async function start(environment: Record<string, string> = {}): Promise<void> {
  service = await startService({ BACKEND_RETRIES: '1', ...environment });
}

describe('further attempts', () => {
  it.each([
    [502, {}],
    [503, {}],
    [504, {}],
    [503, { 'retry-after': '0' }],
    [429, { 'retry-after-ms': '10' }],
  ])('%i %j is tried again', async (status, headers: Record<string, string>) => {
    await start();
    service.backend.enqueue(refusal(status, headers), good());
    const events = await readEvents(await service.post({ ...request, stream: true }));
    expect(events.at(-1)?.type).toBe('response.completed');
    expect(service.backend.calls).toHaveLength(2);
    expect(service.backend.calls[1]?.rawBody).toEqual(service.backend.calls[0]?.rawBody);
    const text = await (await fetch(`${service.proxy.url}/metrics`)).text();
    expect(text).toMatch(/responses_proxy_backend_retries_total\{code="\w+"\} 1\n/);
  });

  it.each<[string, Script]>([
    ['400', refusal(400)],
    ['500, which a request can cause', refusal(500)],
    ['429 without a time', refusal(429)],
    ['429 of an empty account', jsonReply(429, { error: { code: 'insufficient_quota' } })],
    ['503 for longer than a client waits', refusal(503, { 'retry-after': '60' })],
    ['an answer that broke', { steps: [{ data: chunks.text('Hel') }, { cut: true }] }],
    ['an answer that broke before its first chunk', { steps: [{ cut: true }] }],
  ])('%s is not', async (_name, script) => {
    await start();
    service.backend.enqueue(script, good());
    const reply = await service.post(request);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    await readError(reply);
    expect(service.backend.calls).toHaveLength(1);
  });

  it('a connection that breaks before the answer is tried again', async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n';
    const event = (chunk: unknown) => `data: ${JSON.stringify(chunk)}\n\n`;
    let connections = 0;
    const raw = await startSocketBackend((socket) => {
      socket.on('data', (data) => {
        if (!data.toString().startsWith('POST')) socket.destroy();
        else if (++connections === 1) socket.destroy();
        else socket.end(answer + event(chunks.text('Hello')) + event(chunks.finish('stop')));
      });
    });
    await start({ BACKEND_URL: raw.url });
    expect((await service.post(request)).status).toBe(200);
    expect(connections).toBe(2);
    await raw.close();
  });

  it('stop with the client', async () => {
    await start();
    const arrived = service.backend.nextCall();
    service.backend.enqueue(refusal(503, { 'retry-after': '3' }), good());
    const abort = new AbortController();
    const id = 'leaves-between-attempts';
    const left = service
      .post(request, { signal: abort.signal, headers: { 'x-request-id': id } })
      .catch(() => undefined);
    await (
      await arrived
    ).closed;
    abort.abort();
    await left;
    await service.proxy.nextLog((line) => line.requestId === id && line.clientAborted === true);
    expect(await metric(service.proxy.url, 'responses_proxy_backend_calls_running')).toBe(0);
    expect(service.backend.calls).toHaveLength(1);
  });

  it('stay a fraction of the requests when everything fails', async () => {
    await start({ BACKEND_RETRIES: '3' });
    const requests = 30;
    service.backend.enqueue(
      ...Array.from({ length: 200 }, () => refusal(503, { 'retry-after-ms': '0' })),
    );
    for (let count = 0; count < requests; count += 1) await (await service.post(request)).text();
    const retries = service.backend.calls.length - requests;
    expect(retries).toBeGreaterThanOrEqual(10);
    expect(retries).toBeLessThanOrEqual(10 + requests * 0.2 + 1);
  });

  it('BACKEND_RETRIES=0 switches them off', async () => {
    await start({ BACKEND_RETRIES: '0' });
    service.backend.enqueue(refusal(503), good());
    expect((await service.post(request)).status).toBe(503);
  });

  it('never go beyond the time for a first byte', async () => {
    await start({ BACKEND_TIMEOUT_SECS: '1' });
    const raw = { delayMs: 60_000, steps: [] };
    service.backend.enqueue(raw, good());
    const reply = await service.post(request);
    expect(reply.status).toBe(504);
    expect(service.backend.calls).toHaveLength(1);
  });
});

describe('the timeouts', () => {
  it('never cut a stream that flows', async () => {
    await start({
      BACKEND_TIMEOUT_SECS: '1',
      BACKEND_IDLE_TIMEOUT_SECS: '1',
      REQUEST_TIMEOUT_SECS: '1',
    });
    const beats = Array.from({ length: 10 }, () => [
      { data: chunks.text('and on ') },
      { waitMs: 300 },
    ]).flat();
    service.backend.enqueue({ steps: [...beats, ...good().steps] });
    const events = await readEvents(await service.post({ ...request, stream: true }));
    expect(events.at(-1)?.type).toBe('response.completed');
  });
});

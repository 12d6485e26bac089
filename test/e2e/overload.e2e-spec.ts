import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { readError } from '../support/checked-response.js';
import { gatedAnswer, openStream } from '../support/live-streams.js';
import { metric, until } from '../support/metrics.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi' };
const good = () => streamOf(chunks.text('Hello'), chunks.finish('stop'));

let service: Service;
afterEach(() => service.close());

async function start(environment: Record<string, string>): Promise<void> {
  service = await startService(environment);
}

const running = () => metric(service.proxy.url, 'responses_proxy_backend_calls_running');
const waiting = () => metric(service.proxy.url, 'responses_proxy_requests_waiting');

/** Opens `count` live streams that all end when `finish` is called. */
async function liveStreams(count: number) {
  let finish: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (finish = resolve));
  service.backend.enqueue(...Array.from({ length: count }, () => gatedAnswer(gate)));
  const streams = await Promise.all(Array.from({ length: count }, () => openStream(service)));
  return { streams, finish };
}

describe('too many requests', () => {
  it('are refused at once while 100 streams go on', async () => {
    await start({ MAX_CONCURRENT_STREAMS: '100', MAX_QUEUED_REQUESTS: '0' });
    const { streams, finish } = await liveStreams(100);
    expect(await metric(service.proxy.url, 'responses_proxy_open_streams')).toBe(100);
    const refused = await Promise.all(Array.from({ length: 50 }, () => service.post(request)));
    for (const reply of refused) {
      expect(reply.status).toBe(503);
      expect(reply.headers.get('retry-after')).toBe('1');
      expect(await readError(reply)).toMatchObject({ type: 'server_error', code: 'slow_down' });
    }
    expect(service.backend.calls).toHaveLength(100);
    const ready = await fetch(`${service.proxy.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      status: 'not_ready',
      checks: { accepting: 'up', capacity: 'down' },
    });
    expect((await fetch(`${service.proxy.url}/health`)).status).toBe(200);
    const refusals = 'responses_proxy_requests_refused_total{reason="overloaded"}';
    expect(await metric(service.proxy.url, refusals)).toBe(50);
    finish();
    for (const { text } of streams) expect(await text).toContain('response.completed');
    await until(async () => (await running()) === 0);
    service.backend.enqueue(good());
    expect((await service.post(request)).status).toBe(200);
    expect((await fetch(`${service.proxy.url}/health/ready`)).status).toBe(200);
  });

  it('wait in line, first come, first served', async () => {
    await start({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUED_REQUESTS: '2' });
    const { streams, finish } = await liveStreams(1);
    service.backend.enqueue(good(), good());
    const order: string[] = [];
    const later = [];
    for (const name of ['first', 'second']) {
      const length = order.length + later.length + 1;
      later.push(service.post({ ...request, input: name }));
      await until(async () => (await waiting()) === length);
    }
    expect((await service.post(request)).status).toBe(503);
    finish();
    for (const reply of later) expect((await reply).status).toBe(200);
    await streams[0]?.text;
    const inputs = service.backend.calls.slice(1).map(({ rawBody }) => rawBody.toString());
    expect(inputs[0]).toContain('first');
    expect(inputs[1]).toContain('second');
  });

  it('are refused after their time in line', async () => {
    await start({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUE_WAIT_SECS: '0.1' });
    const { streams, finish } = await liveStreams(1);
    const reply = await service.post(request);
    expect(reply.status).toBe(503);
    expect(await readError(reply)).toMatchObject({ code: 'slow_down' });
    expect(await waiting()).toBe(0);
    finish();
    await streams[0]?.text;
  });

  it('leave the line with their client', async () => {
    await start({ MAX_CONCURRENT_STREAMS: '1' });
    const { streams, finish } = await liveStreams(1);
    const abort = new AbortController();
    const left = service.post(request, { signal: abort.signal }).catch(() => undefined);
    const chat = fetch(`${service.baseURL}/chat/completions`, {
      method: 'POST',
      body: '{}',
      signal: abort.signal,
    }).catch(() => undefined);
    await until(async () => (await waiting()) === 2);
    abort.abort();
    await Promise.all([left, chat]);
    await until(async () => (await waiting()) === 0);
    finish();
    await streams[0]?.text;
    expect(service.backend.calls).toHaveLength(1);
  });

  it('share the places with the chat passthrough', async () => {
    await start({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUED_REQUESTS: '0' });
    const { streams, finish } = await liveStreams(1);
    const chat = () => fetch(`${service.baseURL}/chat/completions`, { method: 'POST', body: '{}' });
    expect((await chat()).status).toBe(503);
    finish();
    await streams[0]?.text;
    await until(async () => (await running()) === 0);
    service.backend.enqueue(good());
    expect((await chat()).status).toBe(200);
  });
});

describe('clients that leave', () => {
  it('200 at once: the backend sees every one go, and nothing stays open', async () => {
    await start({});
    const abort = new AbortController();
    const never = new Promise<void>(() => undefined);
    const count = 200;
    service.backend.enqueue(...Array.from({ length: count }, () => gatedAnswer(never)));
    const open = Array.from({ length: count }, () => openStream(service, { signal: abort.signal }));
    const streams = await Promise.all(open);
    expect(await running()).toBe(count);
    abort.abort();
    await Promise.allSettled(streams.map(({ text }) => text));
    await Promise.all(service.backend.calls.map(({ closed }) => closed));
    expect(service.backend.calls.filter(({ abortedAt }) => abortedAt !== undefined)).toHaveLength(
      count,
    );
    expect(await running()).toBe(0);
    expect(await metric(service.proxy.url, 'responses_proxy_open_streams')).toBe(0);
  });
});

describe('slow and greedy connections', () => {
  const address = () => new URL(service.proxy.url);
  const dial = () => connect(Number(address().port), address().hostname);

  it.each([
    ['headers', 'POST /v1/responses HTTP/1.1\r\nHost: localhost\r\n'],
    ['a body', 'POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{'],
  ])('one that never ends its %s is answered with 408', async (_name, beginning) => {
    await start({ REQUEST_TIMEOUT_SECS: '1' });
    const socket = dial();
    socket.write(beginning);
    const parts: Buffer[] = [];
    for await (const part of socket as AsyncIterable<Buffer>) parts.push(part);
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('beyond MAX_CONNECTIONS they are closed, and the others live', async () => {
    await start({ MAX_CONNECTIONS: '2' });
    const first = dial();
    await once(first, 'connect');
    const second = dial();
    await once(second, 'connect');
    const third = dial();
    third.on('error', () => undefined);
    third.resume();
    await once(third, 'close');
    first.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = (await once(first, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    first.destroy();
    second.destroy();
  });
});

describe('RATE_LIMIT_PER_MINUTE', () => {
  it('holds for each key by itself', async () => {
    await start({ RATE_LIMIT_PER_MINUTE: '2' });
    const post = (key: string) =>
      service.post(request, { headers: { authorization: `Bearer ${key}` } });
    expect((await post('key-of-alice')).status).toBe(200);
    expect((await post('key-of-alice')).status).toBe(200);
    const reply = await post('key-of-alice');
    expect(reply.status).toBe(429);
    const seconds = Number(reply.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    const error = await readError(reply);
    expect(error).toMatchObject({ type: 'requests', code: 'rate_limit_exceeded' });
    expect(error.message).toMatch(/try again in \d+s/);
    expect((await post('key-of-bob')).status).toBe(200);
    for (let count = 0; count < 5; count += 1) {
      expect((await fetch(`${service.proxy.url}/health`)).status).toBe(200);
    }
    const refusals = 'responses_proxy_requests_refused_total{reason="rate_limit"}';
    expect(await metric(service.proxy.url, refusals)).toBe(1);
  });
});

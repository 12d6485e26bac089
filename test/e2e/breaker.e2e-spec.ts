import { afterEach, describe, expect, it } from '@jest/globals';
import { readError } from '../support/checked-response.js';
import { gatedAnswer } from '../support/live-streams.js';
import { metric, until } from '../support/metrics.js';
import { freePort } from '../support/free-port.js';
import { itOverOneHop } from '../support/over-hops.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi' };
const failure = () => jsonReply(500, { error: { message: 'Broken.' } });
const good = () => streamOf(chunks.text('Hello'), chunks.finish('stop'));
const broken = () => ({ steps: [{ data: chunks.text('Hel') }, { cut: true as const }] });

let service: Service;
afterEach(() => service.close());

async function start(environment: Record<string, string> = {}): Promise<void> {
  service = await startService({
    ENABLE_CIRCUIT_BREAKER: 'true',
    BREAKER_FAILURES: '3',
    BREAKER_OPEN_SECS: '30',
    ...environment,
  });
}

async function health() {
  const reply = await fetch(`${service.proxy.url}/health`);
  const body = (await reply.json()) as { status: string; circuit_breaker: object };
  return { code: reply.status, ...body };
}

/** Gives the statuses of requests, one after the other, each with the script that answers it. */
async function statuses(...scripts: Parameters<Service['backend']['enqueue']>): Promise<number[]> {
  const result: number[] = [];
  for (const script of scripts) {
    service.backend.enqueue(script);
    const reply = await service.post(request);
    await reply.text();
    result.push(reply.status);
  }
  return result;
}

const breaker = (isOpen: boolean, failures: number) => ({
  circuit_breaker: { enabled: true, is_open: isOpen, consecutive_failures: failures },
});

describe('the circuit breaker', () => {
  it('opens after failures in a row, refuses at once, and says so in health and metrics', async () => {
    await start();
    expect(await statuses(failure(), failure(), failure())).toEqual([500, 500, 500]);
    const calls = service.backend.calls.length;
    const reply = await service.post(request);
    expect(reply.status).toBe(503);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(25);
    expect(await readError(reply)).toMatchObject({
      type: 'server_error',
      code: 'backend_unavailable',
    });
    expect(service.backend.calls).toHaveLength(calls);
    expect(await health()).toEqual({ code: 503, status: 'unhealthy', ...breaker(true, 3) });
    const { url } = service.proxy;
    expect(await metric(url, 'responses_proxy_breaker_state')).toBe(2);
    expect(await metric(url, 'responses_proxy_breaker_openings_total')).toBe(1);
    expect(await metric(url, 'responses_proxy_breaker_refusals_total')).toBe(1);
    expect(await metric(url, 'responses_proxy_backend_errors_total{code="backend_error"}')).toBe(3);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('is healthy again without traffic, lets one request try, and closes when that succeeds', async () => {
    await start({ BREAKER_OPEN_SECS: '0.3' });
    await statuses(failure(), failure(), failure());
    expect(await health()).toMatchObject({ code: 503 });
    await until(async () => (await health()).code === 200);
    expect(await metric(service.proxy.url, 'responses_proxy_breaker_state')).toBe(1);

    let answer: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (answer = resolve));
    const arrived = service.backend.nextCall();
    service.backend.enqueue(() => ({ steps: [{ until: gate }, ...good().steps] }));
    const probe = service.post(request);
    await arrived;
    expect((await service.post(request)).status).toBe(503);
    answer();
    await probe;
    service.backend.enqueue(good());
    expect((await service.post(request)).status).toBe(200);
    expect(await health()).toMatchObject(breaker(false, 0));
  });

  it('closes with the first bytes of a long answer, not with its end', async () => {
    await start({ BREAKER_OPEN_SECS: '0.2' });
    await statuses(failure(), failure(), failure());
    await until(async () => (await health()).code === 200);
    let finish: () => void = () => undefined;
    service.backend.enqueue(gatedAnswer(new Promise<void>((resolve) => (finish = resolve))));
    const probe = await service.post({ ...request, stream: true });
    expect(await statuses(good())).toEqual([200]);
    finish();
    expect(await probe.text()).toContain('response.completed');
  });

  it('opens again when the request that tries fails', async () => {
    await start({ BREAKER_OPEN_SECS: '0.2' });
    await statuses(failure(), failure(), failure());
    await until(async () => (await health()).code === 200);
    expect(await statuses(failure())).toEqual([500]);
    expect(await health()).toMatchObject({ code: 503, ...breaker(true, 4) });
  });

  it('lets another request try when the client of the first one has left', async () => {
    await start({ BREAKER_OPEN_SECS: '0.2' });
    await statuses(failure(), failure(), failure());
    await until(async () => (await health()).code === 200);
    const arrived = service.backend.nextCall();
    service.backend.enqueue({ delayMs: 60_000, steps: [] });
    const abort = new AbortController();
    const left = service.post(request, { signal: abort.signal }).catch(() => undefined);
    const call = await arrived;
    abort.abort();
    await left;
    await call.closed;
    expect(await statuses(good())).toEqual([200]);
  });

  it('refuses one model and serves the others, in chat too', async () => {
    await start();
    expect(await statuses(failure(), failure(), failure())).toEqual([500, 500, 500]);
    service.backend.enqueue(good());
    expect((await service.post({ ...request, model: 'warm' })).status).toBe(200);
    expect(await health()).toMatchObject({ code: 200, ...breaker(false, 3) });
    const chat = (model: string) =>
      fetch(`${service.baseURL}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ messages: [], model }),
      });
    service.backend.enqueue(good());
    expect((await chat('warm')).status).toBe(200);
    expect((await chat(request.model)).status).toBe(503);
    expect((await service.post(request)).status).toBe(503);
  });

  it('counts broken streams', async () => {
    await start();
    expect(await statuses(broken(), broken(), broken())).toEqual([502, 502, 502]);
    expect(await health()).toMatchObject(breaker(true, 3));
  });

  // The second hop is there, so its answer counts for the model alone.
  itOverOneHop('counts connections that fail, also those of the chat passthrough', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/chat/completions`;
    await start({ BACKEND_URL: url });
    const chat = () => fetch(`${service.baseURL}/chat/completions`, { method: 'POST', body: '{}' });
    expect((await chat()).status).toBe(502);
    expect((await service.post(request)).status).toBe(502);
    expect((await chat()).status).toBe(502);
    for (const reply of [await service.post(request), await chat()]) {
      expect(reply.status).toBe(503);
      expect(await readError(reply)).toMatchObject({ code: 'backend_unavailable' });
    }
  });

  it('counts neither refusals of a request nor clients that leave', async () => {
    await start();
    const refusals = [400, 401, 404, 413, 429].map((status) => jsonReply(status, {}));
    await statuses(failure(), failure(), ...refusals);
    const arrived = service.backend.nextCall();
    service.backend.enqueue({ delayMs: 60_000, steps: [] });
    const abort = new AbortController();
    const left = service.post(request, { signal: abort.signal }).catch(() => undefined);
    const call = await arrived;
    abort.abort();
    await left;
    await call.closed;
    expect(await health()).toMatchObject(breaker(false, 2));
    expect(await statuses(good())).toEqual([200]);
    expect(await health()).toMatchObject(breaker(false, 0));
  });

  it('ENABLE_CIRCUIT_BREAKER=false switches it off', async () => {
    await start({ ENABLE_CIRCUIT_BREAKER: 'false' });
    const seven = Array.from({ length: 7 }, failure);
    expect(await statuses(...seven)).toEqual(seven.map(() => 500));
    service.backend.enqueue(failure());
    const chat = await fetch(`${service.baseURL}/chat/completions`, { method: 'POST', body: '{}' });
    expect(chat.status).toBe(500);
    expect(await health()).toMatchObject({
      code: 200,
      circuit_breaker: { enabled: false, is_open: false, consecutive_failures: 0 },
    });
  });
});

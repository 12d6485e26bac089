import { DONE_CHUNK } from '../../src/contracts/chat/chunk.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { FlowControl } from '../../src/responses/backend/chat-backend.port.js';
import { azureDialect } from '../../src/responses/backend/dialects/openai.dialects.js';
import {
  cleanUp,
  clientFor,
  context,
  drain,
  request,
  startBackend,
} from '../support/backend-client.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';

/** Shows how a call begins, flows and ends, and what abort and pause do to it. */

const chunks = new ChatChunks('m');

afterEach(cleanUp);

describe('a call', () => {
  it('is cold, and one emission holds all chunks of one read', async () => {
    const backend = await startBackend();
    const events = ['a', 'b', 'c'].map((text) => `data: ${JSON.stringify(chunks.text(text))}\n\n`);
    backend.enqueue({ steps: [{ write: events.join('') }, { waitMs: 20 }, { write: events[0]! }] });
    const statuses: number[] = [];
    const stream = clientFor(backend.url).stream(
      request,
      context({ onStatus: (status: number) => statuses.push(status) }),
    );
    expect(backend.calls).toHaveLength(0);
    const { batches, error } = await drain(stream);
    expect(error).toBeUndefined();
    expect(batches.map((batch) => batch.length)).toEqual([3, 1]);
    expect(statuses).toEqual([200]);
  });

  it('sends key, body and allow-listed headers', async () => {
    const backend = await startBackend();
    const client = clientFor(backend.url, {
      FORWARD_HEADERS: 'x-tenant',
      BACKEND_HOST_HEADER: 'inner.example',
    });
    const headers = { 'x-tenant': 't', 'x-other': 'o' };
    await drain(client.stream(request, context({ headers })));
    const { headers: received, body } = backend.lastCall;
    expect(body).toEqual(request);
    expect(received).toMatchObject({
      authorization: 'Bearer key-1',
      accept: 'text/event-stream',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'responses-proxy',
      'x-tenant': 't',
      host: 'inner.example',
    });
    expect(received).not.toHaveProperty('x-other');
  });

  it('sends no key when there is none, and the key of Azure in its own header', async () => {
    const backend = await startBackend();
    await drain(clientFor(backend.url).stream(request, context({ clientKey: undefined })));
    expect(backend.lastCall.headers).not.toHaveProperty('authorization');
    await drain(clientFor(backend.url, {}, azureDialect).stream(request, context()));
    expect(backend.lastCall.headers).not.toHaveProperty('authorization');
    expect(backend.lastCall.headers['api-key']).toBe('key-1');
  });

  it('ends at [DONE], and uses the connection again', async () => {
    const backend = await startBackend();
    const done = { ...streamOf(chunks.finish('stop')) };
    backend.enqueue({ steps: [...done.steps, { waitMs: 50 }] }, streamOf(chunks.finish('stop')));
    const client = clientFor(backend.url, { BACKEND_MAX_CONNECTIONS: '1' });
    expect((await drain(client.stream(request, context()))).error).toBeUndefined();
    expect(backend.lastCall.over.aborted).toBe(false);
    expect((await drain(client.stream(request, context()))).error).toBeUndefined();
    expect(backend.calls.map(({ abortedAt }) => abortedAt)).toEqual([undefined, undefined]);
  });

  it('does not wait for a backend that stays after [DONE]', async () => {
    const backend = await startBackend();
    backend.enqueue({ steps: [...streamOf(chunks.finish('stop')).steps, { stall: true }] });
    const client = clientFor(backend.url);
    expect((await drain(client.stream(request, context()))).error).toBeUndefined();
    await backend.lastCall.closed;
    expect(backend.lastCall.abortedAt).toBeDefined();
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('reads an answer that comes as %s all the same', async (encoding, compress) => {
    const backend = await startBackend();
    const text = `data: ${JSON.stringify(chunks.text('é'.repeat(100_000)))}\n\ndata: [DONE]\n\n`;
    const headers = { 'content-encoding': encoding };
    backend.enqueue({ headers, splitBytes: 100, steps: [{ write: compress(text) }] });
    const { batches, error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(error).toBeUndefined();
    expect(batches.flat()).toEqual([chunks.text('é'.repeat(100_000)), DONE_CHUNK]);
  });

  it('a decompression bomb ends at the line limit', async () => {
    const backend = await startBackend();
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 'x'));
    const headers = { 'content-encoding': 'gzip' };
    backend.enqueue({ headers, steps: [{ write: bomb }] });
    const before = process.memoryUsage().rss;
    const client = clientFor(backend.url, { MAX_STREAM_LINE_BYTES: '1048576' });
    const { error } = await drain(client.stream(request, context()));
    expect(error?.code).toBe('backend_stream_error');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it.each([
    ['rot13', Buffer.from('x'), /unknown encoding/],
    ['gzip', Buffer.from('not gzip'), /damaged/],
  ])('refuses a body of %s that cannot be read', async (encoding, bytes, message) => {
    const backend = await startBackend();
    backend.enqueue({ headers: { 'content-encoding': encoding }, steps: [{ write: bytes }] });
    const { error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(error).toMatchObject({ status: 502, code: 'backend_stream_error' });
    expect(error?.message).toMatch(message);
  });
});

describe('unsubscribing', () => {
  it.each(['before the answer', 'in the middle of it'])('%s aborts at once', async (when) => {
    const backend = await startBackend();
    const steps = [{ data: chunks.text('a') }, { stall: true as const }];
    backend.enqueue(when === 'before the answer' ? { delayMs: 60_000, steps } : { steps });
    const called = backend.nextCall();
    let seen: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (seen = resolve));
    const subscription = clientFor(backend.url).stream(request, context()).subscribe(seen);
    const call = await called;
    if (when !== 'before the answer') await first;
    subscription.unsubscribe();
    await call.closed;
    expect(call.abortedAt).toBeDefined();
  });

  it('while it waits for a connection calls nobody', async () => {
    const backend = await startBackend();
    backend.enqueue({ steps: [{ data: chunks.text('a') }, { stall: true }] });
    const client = clientFor(backend.url, { BACKEND_MAX_CONNECTIONS: '1' });
    const called = backend.nextCall();
    const first = client.stream(request, context()).subscribe();
    await called;
    client.stream(request, context()).subscribe().unsubscribe();
    const second = client.stream(request, context()).subscribe();
    await sleep(20);
    second.unsubscribe();
    first.unsubscribe();
    expect((await drain(client.stream(request, context()))).error).toBeUndefined();
    expect(backend.calls).toHaveLength(2);
  });
});

describe('a consumer that pauses', () => {
  it.each(['plain', 'gzip'])('stops the reading of a %s stream', async (encoding) => {
    const backend = await startBackend();
    const event = `data: ${JSON.stringify(chunks.text('x'.repeat(60_000)))}\n\n`;
    const count = 800;
    const text = Buffer.from(event.repeat(count));
    backend.enqueue(
      encoding === 'gzip'
        ? { headers: { 'content-encoding': 'gzip' }, steps: [{ write: gzipSync(text) }] }
        : { steps: [{ write: text }] },
    );
    const flow = new FlowControl();
    let received = 0;
    let begun: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    const finished = new Promise<void>((resolve, reject) => {
      clientFor(backend.url)
        .stream(request, context({ flow }))
        .subscribe({
          next: (batch) => {
            received += batch.length;
            if (received === batch.length) flow.pause();
            begun();
          },
          error: reject,
          complete: resolve,
        });
    });
    await first;
    await sleep(300);
    expect(received).toBeLessThan(10);
    if (encoding === 'plain') expect(backend.lastCall.sentBytes).toBe(0);
    flow.resume();
    await finished;
    expect(received).toBe(count);
  });
});

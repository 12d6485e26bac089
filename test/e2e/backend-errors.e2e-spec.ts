import { afterEach, describe, expect, it } from '@jest/globals';
import {
  cleanUp,
  cleanUpLater,
  clientFor,
  context,
  drain,
  request,
  startBackend,
} from '../support/backend-client.js';
import { freePort } from '../support/free-port.js';
import { ChatChunks, jsonReply, startSocketBackend } from '../support/scripted-backend.js';

/** Puts the backend client before backends that refuse, break or take their time. */

const chunks = new ChatChunks('m');

afterEach(cleanUp);

describe('a refusal', () => {
  it('keeps status, message and Retry-After', async () => {
    const backend = await startBackend();
    const body = { error: { message: 'Slow down', type: 'requests' } };
    backend.enqueue(jsonReply(429, body, { 'retry-after': '7' }));
    const statuses: number[] = [];
    const onStatus = (status: number) => statuses.push(status);
    const { error } = await drain(clientFor(backend.url).stream(request, context({ onStatus })));
    expect(error).toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
      retryAfterSeconds: 7,
      message: 'Slow down. Please try again in 7s.',
    });
    expect(statuses).toEqual([429]);
  });

  it('is read up to 64 KiB', async () => {
    const backend = await startBackend();
    backend.enqueue({ status: 500, steps: [{ write: 'x'.repeat(80_000) }, { stall: true }] });
    const { error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(error?.status).toBe(500);
    await backend.lastCall.closed;
  });

  it('is one even when its body breaks off', async () => {
    const backend = await startBackend();
    backend.enqueue({ status: 403, steps: [{ write: '{"err' }, { waitMs: 10 }, { cut: true }] });
    const { error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(error?.status).toBe(403);
  });

  it('a redirect is not followed', async () => {
    const backend = await startBackend();
    backend.enqueue({ status: 307, headers: { location: backend.url }, steps: [] });
    const { error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(error).toMatchObject({ status: 502, code: 'backend_stream_error' });
    expect(backend.calls).toHaveLength(1);
  });

  it('inside a 200 has the status that it deserves', async () => {
    const backend = await startBackend();
    backend.enqueue(jsonReply(200, { error: { message: 'no such model', code: 404 } }));
    const { error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(error).toMatchObject({ status: 404, code: 'model_not_found' });
  });
});

describe('a broken connection', () => {
  it('is 502 when nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/chat/completions`;
    const { error } = await drain(clientFor(url).stream(request, context()));
    expect(error).toMatchObject({ status: 502, code: 'backend_unavailable' });
  });

  it('is 502 when the name is unknown', async () => {
    const client = clientFor('http://backend.invalid/v1/chat/completions');
    const { error } = await drain(client.stream(request, context()));
    expect(error).toMatchObject({ status: 502, code: 'backend_unavailable' });
  });

  it.each([
    [
      'closes at once',
      (_write: (text: string) => void, close: () => void) => {
        close();
      },
    ],
    [
      'speaks something else',
      (write: (text: string) => void) => {
        write('SSH-2.0-OpenSSH_9.6\r\n');
      },
    ],
  ])('is 502 when the backend %s', async (_what, behave) => {
    const backend = await startSocketBackend((socket) => {
      socket.once('data', () => {
        behave(
          (text) => socket.write(text),
          () => socket.destroy(),
        );
      });
    });
    cleanUpLater(backend.close);
    const { error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(error).toMatchObject({ status: 502, code: 'backend_unavailable' });
  });

  it('in the middle of a stream comes after the chunks that were whole', async () => {
    const backend = await startBackend();
    backend.enqueue({ steps: [{ data: chunks.text('a') }, { waitMs: 20 }, { cut: true }] });
    const { batches, error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(batches).toEqual([[chunks.text('a')]]);
    expect(error).toMatchObject({ status: 502, code: 'backend_stream_error' });
  });

  it('a chunked body that ends without its last chunk is a broken one', async () => {
    const backend = await startSocketBackend((socket) => {
      socket.once('data', () => {
        socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata: {}\n\r\n');
      });
    });
    cleanUpLater(backend.close);
    const { batches, error } = await drain(clientFor(backend.url).stream(request, context()));
    expect(batches).toEqual([[{}]]);
    expect(error?.code).toBe('backend_stream_error');
  });
});

describe('a backend that takes its time', () => {
  it('is 504 without a first byte, and is told to stop', async () => {
    const backend = await startBackend();
    backend.enqueue({ delayMs: 60_000, steps: [] });
    const client = clientFor(backend.url, { BACKEND_TIMEOUT_SECS: '1' });
    const { error } = await drain(client.stream(request, context()));
    expect(error).toMatchObject({ status: 504, code: 'backend_timeout' });
    await backend.lastCall.closed;
  });

  it('is 504 as well while it waits for a free connection', async () => {
    const backend = await startBackend();
    backend.enqueue({ steps: [{ data: chunks.text('a') }, { stall: true }] });
    const client = clientFor(backend.url, {
      BACKEND_TIMEOUT_SECS: '1',
      BACKEND_MAX_CONNECTIONS: '1',
    });
    const called = backend.nextCall();
    const first = client.stream(request, context()).subscribe();
    await called;
    const { error } = await drain(client.stream(request, context()));
    expect(error?.status).toBe(504);
    expect(backend.calls).toHaveLength(1);
    first.unsubscribe();
  });

  it('is 504 when it falls silent', async () => {
    const backend = await startBackend();
    backend.enqueue({ steps: [{ data: chunks.text('a') }, { stall: true }] });
    const client = clientFor(backend.url, { BACKEND_IDLE_TIMEOUT_SECS: '1' });
    const { batches, error } = await drain(client.stream(request, context()));
    expect(batches).toHaveLength(1);
    expect(error).toMatchObject({ status: 504, code: 'backend_timeout' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { finalResponse, readError, readEvents } from '../support/checked-response.js';
import { freePort } from '../support/free-port.js';
import { isOverTwoHops } from '../support/over-hops.js';
import { ChatChunks, startSocketBackend, type Script } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

/** Puts the service before a backend that cannot be reached, says nothing, or breaks in the middle of its answer. */
const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi' };

const half = { data: chunks.text('half') };
/** Lets what was written reach the proxy before the next step destroys it. */
const settle = { waitMs: 20 };

const broken: [string, () => Script, number, string][] = [
  ['a reset', () => ({ steps: [half, settle, { cut: true }] }), 502, 'backend_stream_error'],
  ['silence', () => ({ steps: [half, { stall: true }] }), 504, 'backend_timeout'],
  ['an end without a finish reason', () => ({ steps: [half] }), 502, 'backend_stream_error'],
  [
    'an error event',
    () => ({
      steps: [half, settle, { write: 'event: error\ndata: {"message":"Overloaded"}\n\n' }],
    }),
    503,
    'server_is_overloaded',
  ],
  [
    'an error object',
    () => ({ steps: [half, settle, { data: { error: { message: 'CUDA error', code: 500 } } }] }),
    // The event of a failed response has no status.
    isOverTwoHops ? 502 : 500,
    'backend_error',
  ],
  [
    'a damaged line',
    () => ({ steps: [half, settle, { write: 'data: {"cho\n\n' }] }),
    502,
    'backend_stream_error',
  ],
  [
    'a cut call',
    () => ({
      steps: [{ data: chunks.callStart(0, { id: 'c', name: 'f', arguments: '{"a":' }) }],
    }),
    502,
    'backend_stream_error',
  ],
];

describe('in the middle of an answer', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ BACKEND_IDLE_TIMEOUT_SECS: '1' });
  });
  afterAll(() => service.close());

  it.each(broken)('%s fails the response and ends the stream', async (_name, script, _s, code) => {
    service.backend.enqueue(script());
    const events = await readEvents(await service.post({ ...request, stream: true }));
    const response = finalResponse(events);
    expect(response.status).toBe('failed');
    expect(response.error).toEqual({ code, message: expect.any(String) });
    expect(response.output.filter((item) => item.type === 'function_call')).toEqual([]);
  });

  it.each(broken)('%s is an HTTP error without a stream', async (_name, script, status, code) => {
    service.backend.enqueue(script());
    const reply = await service.post(request);
    expect(reply.status).toBe(status);
    expect(await readError(reply)).toMatchObject({ code, type: 'server_error' });
  });

  it('[DONE] without a finish reason ends a whole text, which is told', async () => {
    service.backend.enqueue({ steps: [half, { write: 'data: [DONE]\n\n' }] });
    const response = await service.post(request);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'completed' });
  });

  it('[DONE] completes no call that did not close', async () => {
    const cut = chunks.callStart(0, { id: 'c', name: 'f', arguments: '{"a":' });
    service.backend.enqueue({ steps: [{ data: cut }, { write: 'data: [DONE]\n\n' }] });
    const response = await service.post(request);
    expect(await response.json()).toMatchObject({
      status: 'incomplete',
      output: [{ type: 'message', content: [{ text: '' }] }],
    });
  });

  it('goes on serving afterwards', async () => {
    await readEvents(await service.post({ ...request, stream: true }));
  });
});

describe.each([false, true])('before an answer, stream: %s', (stream) => {
  it('502 when nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/chat/completions`;
    const service = await startService({ BACKEND_URL: url });
    const reply = await service.post({ ...request, stream });
    expect(reply.status).toBe(502);
    expect(await readError(reply)).toMatchObject({ code: 'backend_unavailable', param: null });
    await service.close();
  });

  it('504 when no byte comes in time', async () => {
    const service = await startService({ BACKEND_TIMEOUT_SECS: '1' });
    service.backend.enqueue({ delayMs: 60_000, steps: [] });
    const arrived = service.backend.nextCall();
    const reply = await service.post({ ...request, stream });
    expect(reply.status).toBe(504);
    expect(await readError(reply)).toMatchObject({ code: 'backend_timeout' });
    await (
      await arrived
    ).closed;
    await service.close();
  });

  it.each([
    ['closes the connection', ''],
    ['is no HTTP server', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['breaks off its headers', 'HTTP/1.1 200 OK\r\ncontent-ty'],
  ])('502 when the backend %s', async (_name, bytes) => {
    const sockets = await startSocketBackend((socket) => {
      socket.once('data', () => socket.end(bytes));
    });
    const service = await startService({ BACKEND_URL: sockets.url });
    const reply = await service.post({ ...request, stream });
    expect(reply.status).toBe(502);
    await readError(reply);
    await service.close();
    await sockets.close();
  });

  it('502 when the answer is no stream at all', async () => {
    const service = await startService();
    service.backend.enqueue({
      headers: { 'content-type': 'text/html' },
      steps: [{ write: '<html>Sign in to the Wi-Fi</html>' }],
    });
    const reply = await service.post({ ...request, stream });
    expect(reply.status).toBe(502);
    expect(await readError(reply)).toMatchObject({ code: 'backend_stream_error' });
    await service.close();
  });
});

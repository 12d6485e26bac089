import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { rawPost } from '../support/raw-http.js';
import {
  ChatChunks,
  streamOf,
  type ReceivedRequest,
  type Script,
} from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Lets the client leave: the backend must see it within 100 ms, and stop paying for tokens that nobody reads. */
// A busy machine may stall this process for longer than the limit; a proxy that is too slow fails each time.
jest.retryTimes(3);

let service: Service;
const chunks = new ChatChunks('demo');
beforeAll(async () => {
  service = await startService();
  // Code that runs for the first time is slow.
  await (await service.post({ model: 'demo', input: 'Hi', stream: true })).text();
});
afterAll(() => service.close());

const silent = (): Script => ({ delayMs: 60_000, steps: [] });
const stalled = (): Script => ({ steps: [{ data: chunks.text('first') }, { stall: true }] });
function* forEver() {
  for (;;) {
    yield { data: chunks.text('and on ') };
    yield { waitMs: 5 };
  }
}
const endless = (): Script => ({ steps: forEver() });

async function expectAborted(call: ReceivedRequest): Promise<void> {
  await call.closed;
  expect(call.abortedAt).toBeDefined();
}

it.each<[string, boolean, () => Script, number]>([
  ['before the first byte', true, silent, 499],
  ['before the first byte, not streaming', false, silent, 499],
  ['while the backend is silent', true, stalled, 200],
  ['while the backend is silent, not streaming', false, stalled, 499],
  ['while the backend streams', true, endless, 200],
  ['while the backend streams, not streaming', false, endless, 499],
])('%s', async (name, stream, script, status) => {
  service.backend.enqueue(script());
  const arrived = service.backend.nextCall();
  const abort = new AbortController();
  const id = `${name.replace(/\W+/g, '-')}-${Date.now()}`;
  const reply = service.post(
    { model: 'demo', input: 'Hi', stream },
    { signal: abort.signal, headers: { 'x-request-id': id } },
  );
  let sawDelta: () => void = () => undefined;
  const delta = new Promise<void>((resolve) => (sawDelta = resolve));
  const rejected = reply
    .then((answer) => readAll(answer, sawDelta))
    .then(
      () => false,
      () => true,
    );
  const call = await arrived;
  if (status === 200) await delta;
  abort.abort();
  await expectAborted(call);
  expect(await rejected).toBe(true);
  expect(await service.proxy.nextLog((line) => line.requestId === id)).toMatchObject({
    msg: 'request_completed',
    clientAborted: true,
    status,
  });
});

/** Rejects when the answer breaks off. */
async function readAll(reply: Response, sawDelta: () => void): Promise<void> {
  let text = '';
  for await (const piece of reply.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes('output_text.delta')) sawDelta();
  }
}

it('after the stream opened without the backend', async () => {
  const impatient = await startService({ STREAM_OPEN_AFTER_SECS: '0.05', HEARTBEAT_SECS: '0.05' });
  impatient.backend.enqueue(silent());
  const arrived = impatient.backend.nextCall();
  const abort = new AbortController();
  const body = { model: 'demo', input: 'Hi', stream: true };
  const reply = await impatient.post(body, { signal: abort.signal });
  expect(reply.status).toBe(200);
  const call = await arrived;
  abort.abort();
  await expectAborted(call);
  await impatient.close();
});

it('a socket that is reset, without a goodbye', async () => {
  service.backend.enqueue(endless());
  const arrived = service.backend.nextCall();
  const url = new URL(`${service.baseURL}/responses`);
  const socket = connect(Number(url.port), url.hostname);
  const body = { model: 'demo', input: 'Hi', stream: true };
  socket.write(rawPost(url, { body, headers: { Authorization: `Bearer ${TEST_KEY}` } }));
  const call = await arrived;
  await once(socket, 'data');
  socket.resetAndDestroy();
  await expectAborted(call);
});

it('a client that has its whole answer aborts nothing', async () => {
  service.backend.enqueue(streamOf(chunks.text('x'), chunks.finish('stop')));
  const arrived = service.backend.nextCall();
  const reply = await service.post({ model: 'demo', input: 'Hi', stream: true });
  await reply.text();
  const call = await arrived;
  await call.closed;
  expect(call.abortedAt).toBeUndefined();
});

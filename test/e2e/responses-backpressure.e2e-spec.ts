import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkEvents } from '../support/checked-response.js';
import { postRaw, rawPost, readAnswer } from '../support/raw-http.js';
import {
  ChatChunks,
  streamOf,
  type ReceivedRequest,
  type ScriptStep,
} from '../support/scripted-backend.js';
import { parseEventStream } from '../../src/testing/sse-text.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** A client that stops reading stops the backend, and costs no more memory than the sockets hold. */
let service: Service;
const chunks = new ChatChunks('demo');
const MiB = 1024 * 1024;
const body = { model: 'demo', input: 'Hi', stream: true };
const headers = { Authorization: `Bearer ${TEST_KEY}` };

beforeAll(async () => {
  service = await startService({ MAX_OUTPUT_BYTES: String(256 * MiB) });
});
afterAll(() => service.close());

/** Makes `count` deltas of 16 KiB, as they are asked for. */
function* manyDeltas(count: number): Generator<ScriptStep> {
  const text = 'x'.repeat(16 * 1024);
  for (let index = 0; index < count; index += 1) yield { data: chunks.text(text) };
  yield* streamOf(chunks.finish('stop')).steps;
}

/** Opens a stream and stops reading it. */
async function openAndPause(): Promise<Socket> {
  const url = new URL(`${service.baseURL}/responses`);
  const socket = connect(Number(url.port), url.hostname);
  socket.write(rawPost(url, { body, headers }));
  await once(socket, 'data');
  socket.pause();
  return socket;
}

/** Counts the bytes that the backend got rid of once it gets rid of no more; nothing tells when it is held back. */
async function bytesWhenHeldBack(call: ReceivedRequest): Promise<number> {
  for (let last = -1, same = 0; same < 5;) {
    await sleep(60);
    same = call.sentBytes === last ? same + 1 : 0;
    last = call.sentBytes;
  }
  return call.sentBytes;
}

it('is held back with bounded memory, goes on, and is let go', async () => {
  service.backend.enqueue({ steps: manyDeltas(12_800) });
  const arrived = service.backend.nextCall();
  const before = process.memoryUsage().rss;
  const socket = await openAndPause();
  const call = await arrived;

  const heldAt = await bytesWhenHeldBack(call);
  expect(heldAt).toBeLessThan(40 * MiB);
  expect(process.memoryUsage().rss - before).toBeLessThan(160 * MiB);

  let received = 0;
  const enough = new Promise<void>((resolve) => {
    socket.on('data', (piece: Buffer) => {
      received += piece.length;
      if (received > heldAt + 10 * MiB) resolve();
    });
  });
  socket.resume();
  await enough;
  expect(call.sentBytes).toBeGreaterThan(heldAt);

  socket.destroy();
  await call.closed;
  expect(call.abortedAt).toBeDefined();
});

it('loses and repeats nothing when the client goes on', async () => {
  service.backend.enqueue({ steps: manyDeltas(500) });
  const arrived = service.backend.nextCall();
  const url = new URL(`${service.baseURL}/responses`);
  const socket = connect(Number(url.port), url.hostname);
  socket.write(rawPost(url, { body, headers: { ...headers, Connection: 'close' } }));
  const parts: Buffer[] = [];
  parts.push((await once(socket, 'data'))[0] as Buffer);
  socket.pause();
  await bytesWhenHeldBack(await arrived);
  for await (const part of socket as AsyncIterable<Buffer>) parts.push(part);
  const events = checkEvents(parseEventStream(readAnswer(Buffer.concat(parts)).writes.join('')));
  const deltas = events.filter((event) => event.type === 'response.output_text.delta');
  const length = deltas.reduce((sum, event) => sum + event.delta.length, 0);
  expect(length).toBe(500 * 16 * 1024);
  expect(events.at(-1)?.type).toBe('response.completed');
});

it('does not hold back one client for another', async () => {
  service.backend.enqueue({ steps: manyDeltas(12_800) });
  const arrived = service.backend.nextCall();
  const slow = await openAndPause();
  await bytesWhenHeldBack(await arrived);
  const { writes } = await postRaw(`${service.baseURL}/responses`, { body, headers });
  expect(checkEvents(parseEventStream(writes.join(''))).at(-1)?.type).toBe('response.completed');
  slow.destroy();
  await (
    await arrived
  ).closed;
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { Subject } from 'rxjs';
import { createHarness } from '../../../test/support/response-stream-harness.js';
import { readAnswer } from '../../../test/support/raw-http.js';
import type { ChatChunk } from '../../contracts/chat/chunk.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import { FlowControl } from '../backend/chat-backend.port.js';
import { writeEventStream } from './event-stream.writer.js';

const text = (content: string): ChatChunk => ({ choices: [{ index: 0, delta: { content } }] });
const stop: ChatChunk = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };

/** Counts how often the server's side of a connection was written to. */
class CountedSocket {
  writes = 0;
  gathered = 0;

  constructor(socket: Socket) {
    const write = socket._write.bind(socket);
    const writev = socket._writev?.bind(socket);
    socket._write = (...args) => {
      this.writes += 1;
      write(...args);
    };
    socket._writev = (...args) => {
      this.gathered += 1;
      writev?.(...args);
    };
  }
}

/** This client keeps all that it got. */
class Client {
  readonly socket: Socket;
  bytes = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (data) => (this.bytes = Buffer.concat([this.bytes, data])));
  }

  ask(method = 'GET', version = '1.1'): void {
    this.socket.write(`${method} / HTTP/${version}\r\nHost: test\r\n\r\n`);
  }

  /** Resolves once the text has come. */
  async got(expected: string): Promise<void> {
    while (!this.bytes.includes(expected)) await once(this.socket, 'data');
  }
}

describe('ReplyBody', () => {
  let server: FastifyInstance;
  let port: number;
  let events: Subject<ResponseEvent[]>;
  let asked: PromiseWithResolvers<void>;
  let sockets: CountedSocket[];
  let client: Client;

  beforeEach(async () => {
    events = new Subject();
    asked = Promise.withResolvers();
    sockets = [];
    server = fastify();
    server.server.on('connection', (socket) => sockets.push(new CountedSocket(socket)));
    server.get('/', async (_request, reply) => {
      const written = writeEventStream(events, reply, {
        flow: new FlowControl(),
        headers: () => ({}),
        onFirstEvent: () => undefined,
      });
      asked.resolve();
      await written;
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    port = (server.server.address() as { port: number }).port;
    client = new Client(port);
  });
  afterEach(async () => {
    client.socket.destroy();
    await server.close();
  });

  /** Sends an answer of so many words, each once the one before has arrived. */
  async function trickle(words: readonly string[], behindEach?: (index: number) => void) {
    await asked.promise;
    asked = Promise.withResolvers();
    const { stream } = createHarness();
    events.next(stream.start());
    for (const [index, word] of words.entries()) {
      events.next(stream.push([text(word)]));
      await client.got(JSON.stringify(word));
      behindEach?.(index);
    }
    events.next([...stream.push([stop]), ...stream.end()]);
    events.complete();
    events = new Subject();
  }
  const words = Array.from({ length: 30 }, (_, index) => `word ${index}: ${'é'.repeat(index)}`);

  it('costs one write of one buffer for each word, and no timer', async () => {
    client.ask();
    let timers = 0;
    const hook = createHook({
      init: (_id, type) => {
        if (type === 'Timeout') timers += 1;
      },
    });
    const writes: number[] = [];
    let gathered = NaN;
    await trickle(words, (index) => {
      if (index === 0) hook.enable();
      writes.push(sockets[0]?.writes ?? NaN);
      gathered = sockets[0]?.gathered ?? NaN;
    });
    hook.disable();
    const [first = NaN] = writes;
    expect(writes).toEqual(words.map((_, index) => first + index));
    // The head comes with the first word.
    expect(gathered).toBeLessThanOrEqual(1);
    expect(timers).toBe(0);
    await client.got('\r\n0\r\n\r\n');
    const pieces = readAnswer(client.bytes).writes;
    expect(pieces).toHaveLength(words.length + 1);
    for (const piece of pieces)
      expect(piece).toMatch(/^(?:event: .*\ndata: .*\n\n)+(?:data: \[DONE\]\n\n)?$/);
  });

  it('leaves the connection to the next answer', async () => {
    for (let turn = 0; turn < 3; turn++) {
      client.bytes = Buffer.alloc(0);
      client.ask();
      await trickle(['one', 'two', 'three']);
      await client.got('\r\n0\r\n\r\n');
      expect(readAnswer(client.bytes).writes.join('')).toMatch(/data: \[DONE\]\n\n$/);
    }
    expect(sockets).toHaveLength(1);
  });

  it('is no chunks to a client of HTTP/1.0', async () => {
    client.ask('GET', '1.0');
    await trickle(['one', 'two', 'three']);
    await once(client.socket, 'close');
    const [head = '', body = ''] = client.bytes.toString().split('\r\n\r\n');
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(body).toMatch(/^(?:event: .*\ndata: .*\n\n)+data: \[DONE\]\n\n$/);
  });

  it('is nothing to a client that asks for the head alone', async () => {
    client.ask('HEAD');
    await asked.promise;
    const { stream } = createHarness();
    events.next(stream.start());
    await new Promise(setImmediate);
    events.next(stream.push([text('one')]));
    await new Promise(setImmediate);
    events.next([...stream.push([stop]), ...stream.end()]);
    events.complete();
    await client.got('\r\n\r\n');
    asked = Promise.withResolvers();
    events = new Subject();
    const { length } = client.bytes;
    // The next answer follows the head at once.
    client.ask();
    await trickle(['two']);
    await client.got('\r\n0\r\n\r\n');
    expect(client.bytes.toString('latin1', length, length + 15)).toBe('HTTP/1.1 200 OK');
  });

  it('waits for its turn behind an answer on the same connection', async () => {
    client.ask();
    await asked.promise;
    asked = Promise.withResolvers();
    const first = { events, ...createHarness() };
    first.events.next(first.stream.start());
    events = new Subject();
    client.ask();
    await asked.promise;
    const second = { events, ...createHarness() };
    second.events.next(second.stream.start());
    for (const [{ events: to, stream }, word] of [
      [second, 'behind'],
      [first, 'before'],
    ] as const) {
      to.next(stream.push([text(word)]));
      to.next([...stream.push([stop]), ...stream.end()]);
      to.complete();
    }
    await client.got('"behind"');
    const whole = client.bytes.toString();
    expect(whole.indexOf('"before"')).toBeLessThan(whole.indexOf('"behind"'));
    const next = whole.lastIndexOf('HTTP/1.1 200 OK');
    expect(readAnswer(client.bytes.subarray(0, next)).writes.join('')).toContain('"before"');
  });

  it('breaks off with its client', async () => {
    client.ask();
    await asked.promise;
    const { stream } = createHarness();
    events.next(stream.start());
    events.next(stream.push([text('one')]));
    await client.got('"one"');
    client.socket.resetAndDestroy();
    while (events.observed) {
      events.next(stream.push([text('two')]));
      await new Promise(setImmediate);
    }
    expect(events.observed).toBe(false);
  });
});

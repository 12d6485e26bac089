import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { of, throwError, type Observable } from 'rxjs';
import { translateAll } from '../../../test/support/response-stream-harness.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import { FlowControl } from '../backend/chat-backend.port.js';
import { writeEventStream } from './event-stream.writer.js';

describe('writeEventStream', () => {
  let server: FastifyInstance;
  let address: string;
  let written: Promise<void>;
  let events: Observable<ResponseEvent[]>;
  beforeEach(async () => {
    server = fastify();
    server.get('/', async (_request, reply) => {
      written = writeEventStream(events, reply, {
        flow: new FlowControl(),
        headers: () => ({}),
        onFirstEvent: () => undefined,
      });
      await written;
    });
    address = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => server.close());

  const whole = translateAll([
    { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] },
  ]);

  it('writes the events, then [DONE]', async () => {
    events = of(whole);
    const reply = await fetch(address);
    expect(await reply.text()).toMatch(/^event: response.created\n[^]*\n\ndata: \[DONE\]\n\n$/);
    await written;
  });

  it('leaves an error before the first event to the caller', async () => {
    events = throwError(() => new Error('refused'));
    expect((await fetch(address)).status).toBe(500);
    await expect(written).rejects.toThrow('refused');
  });

  it('breaks off, and says so, when an event cannot be written', async () => {
    const tooLong = {
      // It stands for a text that is longer, escaped, than the engine's strings can be.
      get type(): never {
        throw new RangeError('Invalid string length');
      },
    } as unknown as ResponseEvent;
    events = of(whole.slice(0, 2), [tooLong]);
    await expect(fetch(address).then((reply) => reply.text())).rejects.toThrow();
    await expect(written).rejects.toMatchObject({ code: 'internal_error' });
  });
});

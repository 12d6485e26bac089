import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gatedAnswer } from '../support/live-streams.js';
import { until } from '../support/metrics.js';
import { rawPost } from '../support/raw-http.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

const headers = { authorization: `Bearer ${TEST_KEY}` };
const bodyOf = (number: number, padding = '') => ({
  model: 'demo',
  input: `Number ${number}`,
  instructions: padding,
});

describe('requests that are sent on one connection before their answers', () => {
  let service: Service;
  beforeEach(async () => {
    service = await startService();
  });
  afterEach(() => service.close());

  it.each(['', 'x'.repeat(70_000)])(
    'are worked on one after another, in their order',
    async (padding) => {
      let finish: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (finish = resolve));
      service.backend.enqueue(gatedAnswer(gate));
      const url = new URL(`${service.baseURL}/responses`);
      const socket = connect(Number(url.port), url.hostname);
      const count = 200;
      for (let number = 0; number < count; number += 1) {
        socket.write(rawPost(url, { body: bodyOf(number, padding), headers }));
      }
      await until(() => Promise.resolve(service.backend.calls.length === 1));
      // Others are served meanwhile, which also shows that time has passed for the connection.
      for (let number = 0; number < 5; number += 1) {
        expect((await service.post({ model: 'demo', input: 'Hi' })).status).toBe(200);
      }
      expect(service.backend.calls).toHaveLength(6);

      finish();
      let text = '';
      socket.on('data', (data: Buffer) => (text += data.toString()));
      const answers = () => text.split('HTTP/1.1 200 OK').length - 1;
      while (answers() < count) await once(socket, 'data');
      socket.destroy();
      const asked = service.backend.calls
        .map(({ rawBody }) => /Number (\d+)/.exec(rawBody.toString())?.[1])
        .filter((number) => number !== undefined)
        .map(Number);
      expect(asked).toEqual(Array.from({ length: count }, (_, number) => number));
    },
  );

  it('are not begun when their client has left', async () => {
    service.backend.enqueue(gatedAnswer(new Promise(() => undefined)));
    const url = new URL(`${service.baseURL}/responses`);
    const socket = connect(Number(url.port), url.hostname);
    for (let number = 0; number < 10; number += 1) {
      socket.write(rawPost(url, { body: bodyOf(number), headers }));
    }
    await until(() => Promise.resolve(service.backend.calls.length === 1));
    socket.destroy();
    await until(() => Promise.resolve(service.backend.calls[0]?.abortedAt !== undefined));
    expect((await service.post({ model: 'demo', input: 'Hi' })).status).toBe(200);
    expect(service.backend.calls).toHaveLength(2);
  });
});

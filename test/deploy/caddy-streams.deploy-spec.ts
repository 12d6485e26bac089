import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { startCaddy, type RunningCaddy } from './support/caddy.js';
import {
  answerOf,
  openEventsOverHttp1,
  openEventsOverHttp2,
  send,
  type OpenEvents,
} from './support/client.js';
import { SseUpstream } from './support/sse-upstream.js';
import { describeWithTool } from './support/tools.js';

const megabyte = 1024 * 1024;

const cases: { title: string; tls: boolean; open: OpenEvents }[] = [
  { title: 'without TLS', tls: false, open: openEventsOverHttp1 },
  { title: 'with its own certificate, HTTP/1.1', tls: true, open: openEventsOverHttp1 },
  { title: 'with its own certificate, HTTP/2', tls: true, open: openEventsOverHttp2 },
];

describeWithTool('caddy', 'Caddy with docker/Caddyfile', () => {
  describe.each(cases)('$title', ({ tls, open }) => {
    const upstream = new SseUpstream();
    let upstreamPort: number;
    let caddy: RunningCaddy;

    beforeAll(async () => {
      upstreamPort = await upstream.listen();
      caddy = await startCaddy({ tls, upstreamPort });
    });
    afterAll(async () => {
      await upstream.close();
      await caddy.stop();
    });

    test('passes each event on before the next one exists', async () => {
      const events = await open(caddy);
      const stream = await upstream.nextStream();
      for (const text of ['one', 'two', 'three']) {
        stream.send(text);
        expect(await events.next()).toBe(text);
      }
      stream.end();
      expect(await events.next()).toBeUndefined();
    });

    test('tells the proxy that the client has gone', async () => {
      const events = await open(caddy);
      const stream = await upstream.nextStream();
      stream.send('one');
      await events.next();
      events.disconnect();
      await stream.closed;
    });

    test('passes large bodies both ways unchanged', async () => {
      const body = randomBytes(24 * megabyte);
      const request = send(caddy, '/v1/responses', { method: 'POST' }).end(body);
      const echoed = await buffer(await answerOf(request));
      expect(sha256(echoed)).toBe(sha256(body));
    });

    const inside = ['/metrics', '/metrics/', '//metrics', '/%6Detrics', '/x/../metrics'];
    const inspector = ['/inspector', '/inspector/', '//inspector/api/live', '/%69nspector/api'];
    test.each([...inside, ...inspector])('keeps %s to itself', async (path) => {
      const response = await answerOf(send(caddy, path).end());
      response.resume();
      expect(response.statusCode).toBe(404);
    });
  });

  test('waits for a proxy that is being restarted', async () => {
    const upstream = new SseUpstream();
    const upstreamPort = await upstream.listen();
    await upstream.close();
    const caddy = await startCaddy({ tls: false, upstreamPort });
    const answer = answerOf(send(caddy, '/health').end());
    await caddy.logged(/connection refused/);
    const restarted = new SseUpstream();
    await restarted.listen(upstreamPort);
    try {
      const response = await answer;
      expect(response.statusCode).toBe(200);
      response.resume();
    } finally {
      await restarted.close();
      await caddy.stop();
    }
  });

  test('lets open streams finish after SIGTERM, then exits 0', async () => {
    const upstream = new SseUpstream();
    const caddy = await startCaddy({ tls: false, upstreamPort: await upstream.listen() });
    const events = await openEventsOverHttp1(caddy);
    const stream = await upstream.nextStream();
    stream.send('before');
    expect(await events.next()).toBe('before');
    const exit = caddy.stop();
    await caddy.logged(/shutting down apps/);
    stream.send('after');
    expect(await events.next()).toBe('after');
    stream.end();
    expect(await events.next()).toBeUndefined();
    expect(await exit).toBe(0);
    await upstream.close();
  });
});

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SentRequest } from '../../logging/request-observer.port.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import { MOST_REQUESTS, RequestRing } from './request-ring.js';
import { roughBytes } from './rough-bytes.js';

const megabyte = 1024 * 1024;
const outcome = (requestId: string): RequestOutcome => ({ requestId, startedAt: 0 });
const chunk = (characters: number): { text: string } => ({ text: 'x'.repeat(characters) });

describe('the ring of requests', () => {
  let ring: RequestRing;
  beforeEach(() => {
    ring = new RequestRing({ now: () => 0 });
  });

  const held = (): number => ring.list().reduce((sum, { bytes }) => sum + bytes, 0);

  it('keeps the newest', () => {
    for (let count = 0; count < MOST_REQUESTS + 20; count++)
      ring.began(outcome(String(count)), {}, []);
    const ids = ring.list().map((request) => request.outcome.requestId);
    expect(ids).toHaveLength(MOST_REQUESTS);
    expect([ids[0], ids.at(-1)]).toEqual(['20', '219']);
  });

  it('holds no more bytes than it may, of one request and of all', () => {
    const [first] = Array.from({ length: 30 }, (_none, index) => {
      const one = outcome(String(index));
      ring.began(one, { input: 'x'.repeat(3 * megabyte) }, []);
      for (let count = 0; count < 20; count++) ring.chunks(one, [chunk(megabyte)]);
      return one;
    });
    expect(held()).toBeLessThanOrEqual(64 * megabyte);
    expect(ring.list().length).toBeLessThan(10);
    expect(ring.list().every(({ bytes, isCut }) => bytes <= 8 * megabyte && isCut)).toBe(true);
    // What was dropped while it ran is not taken up again.
    ring.events(first!, [{ type: 'response.in_progress' } as never]);
    ring.ended(first!, { method: 'GET', path: '/v1/responses' });
    expect(ring.list().some((request) => request.outcome === first)).toBe(false);
  });

  it('keeps the place of a body that does not fit, without it', () => {
    ring.began(outcome('large'), { input: 'x'.repeat(9 * megabyte) }, []);
    expect(ring.list()).toMatchObject([{ isCut: true, bytes: 0 }]);
    expect(ring.list()[0]!.body).toBeUndefined();
  });

  it('tells two requests of one id apart, and never holds what tools log in with', () => {
    const one = outcome('same');
    ring.began(one, { tools: [{ type: 'mcp', headers: { 'x-any': 'secret' } }] }, []);
    ring.read(one, { model: 'm', tools: [{ type: 'mcp', authorization: 'secret' }] });
    ring.began(outcome('same'), {}, []);
    expect(ring.list()).toHaveLength(2);
    expect(JSON.stringify(ring.list().map(({ body }) => body))).not.toContain('secret');
  });

  it('tells who watches what changes, and notes a request that nobody translated', () => {
    const told: string[] = [];
    const unwatch = ring.watch((request) => told.push(request.outcome.requestId));
    const sent = { request: { messages: [] } } as unknown as SentRequest;
    const one = outcome('one');
    ring.began(one, {}, []);
    ring.sent(one, sent);
    ring.ended(one, { status: 200 });
    ring.ended(outcome('passed'), { method: 'POST', path: '/v1/chat/completions', status: 401 });
    ring.ended(outcome('probe'), { method: 'GET', path: '/health' });
    unwatch();
    ring.began(outcome('later'), {}, []);
    expect(told).toEqual(['one', 'one', 'one', 'passed']);
    expect(ring.list().map((request) => request.outcome.requestId)).toEqual([
      'one',
      'passed',
      'later',
    ]);
  });

  it('estimates what JSON takes', () => {
    const text = JSON.stringify({ input: [{ role: 'user', content: 'x'.repeat(10_000) }], n: 1 });
    const bytes = roughBytes(JSON.parse(text));
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(10_400);
  });
});

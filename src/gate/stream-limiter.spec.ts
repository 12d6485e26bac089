import { describe, expect, it } from '@jest/globals';
import { defer, NEVER, of, Subject, throwError, type Subscription } from 'rxjs';
import { ApiError } from '../common/api-error.js';
import { readEnvironment } from '../config/read-environment.js';
import { toSettings } from '../config/to-settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { StreamLimiter } from './stream-limiter.js';

function limiter(environment: Record<string, string>): StreamLimiter {
  const settings = toSettings(readEnvironment(environment));
  return new StreamLimiter(settings, new LoadMetrics(new MetricsService()));
}

describe('StreamLimiter', () => {
  it('gives the place back at the end, at an error and when it is given up', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUED_REQUESTS: '0' });
    for (let count = 0; count < 3; count += 1) {
      limits.hold(of(1), 'a').subscribe();
      limits
        .hold(
          throwError(() => new Error()),
          'a',
        )
        .subscribe({ error: () => undefined });
      limits.hold(NEVER, 'a').subscribe().unsubscribe();
    }
    expect(limits.isFull).toBe(false);
  });

  it('refuses with an error, never by throwing', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUED_REQUESTS: '0' });
    const first = limits.hold(NEVER, 'a').subscribe();
    let refusal: unknown;
    limits.hold(of(1), 'a').subscribe({ error: (error: unknown) => (refusal = error) });
    expect(refusal).toBeInstanceOf(ApiError);
    first.unsubscribe();
  });

  it('works off a long line of calls that fail at once', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUED_REQUESTS: '50000' });
    const first = new Subject<never>();
    limits.hold(first, 'a').subscribe();
    let failed = 0;
    for (let count = 0; count < 50_000; count += 1) {
      const call = throwError(() => new Error('The breaker is open.'));
      limits.hold(call, 'a').subscribe({ error: () => (failed += 1) });
    }
    first.complete();
    expect(failed).toBe(50_000);
  });

  it('keeps a tenth for callers that have next to nothing, in the line too', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '20', MAX_QUEUED_REQUESTS: '10' });
    let refused = 0;
    const hold = (caller: string) =>
      held.push(limits.hold(NEVER, caller).subscribe({ error: () => (refused += 1) }));
    const held: Subscription[] = [];
    for (let count = 0; count < 40; count += 1) hold('greedy');
    expect(refused).toBe(10);
    expect(limits.isFullFor('greedy')).toBe(true);
    for (let count = 0; count < 3; count += 1) {
      expect(limits.isFullFor('small')).toBe(false);
      hold('small');
    }
    expect(refused).toBe(10);
    expect(limits.isFullFor('small')).toBe(true);
    for (const subscription of held.reverse()) subscription.unsubscribe();
    expect(limits.isFull).toBe(false);
  });

  it('lets the caller go first that has the fewest running', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '2', MAX_QUEUED_REQUESTS: '10' });
    const order: string[] = [];
    const recorded = (caller: string) => defer(() => (order.push(caller), NEVER));
    const first = limits.hold(NEVER, 'greedy').subscribe();
    limits.hold(NEVER, 'greedy').subscribe();
    const waiting = ['greedy', 'greedy', 'small'].map((caller) =>
      limits.hold(recorded(caller), caller).subscribe(),
    );
    first.unsubscribe();
    expect(order).toEqual(['small']);
    for (const subscription of waiting) subscription.unsubscribe();
  });

  it('never runs more than it may', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '3' });
    let running = 0;
    let most = 0;
    const gates = Array.from({ length: 20 }, () => new Subject<number>());
    for (const gate of gates) {
      limits.hold(gate, 'a').subscribe({ next: () => undefined, complete: () => (running -= 1) });
    }
    for (const gate of gates) {
      running = gates.filter(({ observed }) => observed).length;
      most = Math.max(most, running);
      gate.complete();
    }
    expect(most).toBe(3);
  });
});

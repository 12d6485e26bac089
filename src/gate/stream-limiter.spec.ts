import { describe, expect, it } from '@jest/globals';
import { NEVER, of, Subject, throwError } from 'rxjs';
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
      limits.hold(of(1)).subscribe();
      limits.hold(throwError(() => new Error())).subscribe({ error: () => undefined });
      limits.hold(NEVER).subscribe().unsubscribe();
    }
    expect(limits.isFull).toBe(false);
  });

  it('refuses with an error, never by throwing', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUED_REQUESTS: '0' });
    const first = limits.hold(NEVER).subscribe();
    let refusal: unknown;
    limits.hold(of(1)).subscribe({ error: (error: unknown) => (refusal = error) });
    expect(refusal).toBeInstanceOf(ApiError);
    first.unsubscribe();
  });

  it('works off a long line of calls that fail at once', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '1', MAX_QUEUED_REQUESTS: '50000' });
    const first = new Subject<never>();
    limits.hold(first).subscribe();
    let failed = 0;
    for (let count = 0; count < 50_000; count += 1) {
      const call = throwError(() => new Error('The breaker is open.'));
      limits.hold(call).subscribe({ error: () => (failed += 1) });
    }
    first.complete();
    expect(failed).toBe(50_000);
  });

  it('never runs more than it may', () => {
    const limits = limiter({ MAX_CONCURRENT_STREAMS: '3' });
    let running = 0;
    let most = 0;
    const gates = Array.from({ length: 20 }, () => new Subject<number>());
    for (const gate of gates) {
      limits.hold(gate).subscribe({ next: () => undefined, complete: () => (running -= 1) });
    }
    for (const gate of gates) {
      running = gates.filter(({ observed }) => observed).length;
      most = Math.max(most, running);
      gate.complete();
    }
    expect(most).toBe(3);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NEVER, of, throwError, type Observable } from 'rxjs';
import { systemClock } from '../../../common/clock.js';
import { backendUnreachable, invalidRequest } from '../../../common/error-table.js';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { MetricsService } from '../../../metrics/metrics.service.js';
import { BackendBreaker } from './backend-breaker.service.js';

/** The clock is the test's, the promises are not: outcomes are known a few microtasks later. */
describe('BackendBreaker', () => {
  let breaker: BackendBreaker;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'], now: 1000 });
    const settings = toSettings(
      readEnvironment({ BREAKER_FAILURES: '2', BREAKER_OPEN_SECS: '30' }),
    );
    const metrics = new BackendMetrics(new MetricsService());
    breaker = new BackendBreaker(settings, systemClock, metrics);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const settled = () => new Promise((resolve) => setImmediate(resolve));

  async function call(
    source: Observable<unknown> = throwError(() => backendUnreachable(new Error())),
  ) {
    let outcome: unknown = 'pending';
    const subscription = breaker.guard(source).subscribe({
      complete: () => (outcome = 'done'),
      error: (error: unknown) => (outcome = error),
    });
    await settled();
    return { outcome, subscription };
  }

  async function open() {
    await call();
    await call();
    expect(breaker.isOpen).toBe(true);
  }

  it('says how long to wait', async () => {
    await open();
    jest.advanceTimersByTime(12_000);
    expect((await call(NEVER)).outcome).toMatchObject({ status: 503, retryAfterSeconds: 18 });
    jest.advanceTimersByTime(18_000);
    expect(breaker.isOpen).toBe(false);
  });

  it('lets another call try when the first one is silent for too long; either of them decides', async () => {
    await open();
    jest.advanceTimersByTime(30_000);
    const silent = await call(NEVER);
    expect(silent.outcome).toBe('pending');
    expect((await call(of(1))).outcome).toMatchObject({ status: 503, retryAfterSeconds: 1 });
    jest.advanceTimersByTime(30_000);
    expect((await call(of(1))).outcome).toBe('done');
    expect(breaker).toMatchObject({ isOpen: false, consecutiveFailures: 0 });
    expect((await call(of(1))).outcome).toBe('done');
    silent.subscription.unsubscribe();
  });

  it('takes the refusal of one request as a sign of life', async () => {
    await open();
    jest.advanceTimersByTime(30_000);
    await call(throwError(() => invalidRequest('No.', null)));
    expect((await call(of(1))).outcome).toBe('done');
  });
});

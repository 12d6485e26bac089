import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NEVER, of, throwError, type Observable } from 'rxjs';
import { monotonicClock } from '../../../common/clock.js';
import { backendTimeout, backendUnreachable, invalidRequest } from '../../../common/error-table.js';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { MetricsService } from '../../../metrics/metrics.service.js';
import { BackendBreaker } from './backend-breaker.js';
import { watchCalls } from './watch-calls.js';

/** The clock is the test's and the promises are not, so outcomes are known a few microtasks later. */
describe('BackendBreaker', () => {
  let breaker: BackendBreaker;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'], now: 1000 });
    const settings = toSettings(
      readEnvironment({ BREAKER_FAILURES: '2', BREAKER_OPEN_SECS: '30' }),
    );
    const metrics = new BackendMetrics(new MetricsService());
    breaker = new BackendBreaker(settings, monotonicClock, metrics);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const settled = () => new Promise((resolve) => setImmediate(resolve));

  async function call(
    source: Observable<unknown> = throwError(() => backendUnreachable(new Error())),
    model = 'm',
  ) {
    let outcome: unknown = 'pending';
    const subscription = watchCalls(source, () => breaker.begin(model)).subscribe({
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

  it.each([-3_600_000, 3_600_000])(
    'goes by the time that passes while the clock jumps by %d ms',
    async (jump) => {
      await open();
      jest.setSystemTime(Date.now() + jump);
      jest.advanceTimersByTime(29_000);
      expect((await call(NEVER)).outcome).toMatchObject({ status: 503, retryAfterSeconds: 1 });
      jest.advanceTimersByTime(1_000);
      expect(breaker.isOpen).toBe(false);
      expect((await call(of(1))).outcome).toBe('done');
    },
  );

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

  const badAnswer = throwError(() => backendTimeout('The backend did not answer in time.'));

  it('refuses the model that answers badly, and no other one', async () => {
    await call(badAnswer, 'cold');
    expect((await call(of(1), 'warm')).outcome).toBe('done');
    await call(badAnswer, 'cold');
    expect((await call(of(1), 'cold')).outcome).toMatchObject({ status: 503 });
    expect((await call(of(1), 'warm')).outcome).toBe('done');
    expect(breaker.isOpenFor('cold')).toBe(true);
    expect(breaker).toMatchObject({ isOpen: false, consecutiveFailures: 2 });
    jest.advanceTimersByTime(30_000);
    expect((await call(of(1), 'cold')).outcome).toBe('done');
    expect(breaker.consecutiveFailures).toBe(0);
  });

  it('refuses every model while the host is not reached', async () => {
    await open();
    expect((await call(of(1), 'another')).outcome).toMatchObject({ status: 503 });
    jest.advanceTimersByTime(30_000);
    expect((await call(of(1), 'another')).outcome).toBe('done');
    expect((await call(of(1))).outcome).toBe('done');
  });

  it('takes a bad answer for a sign that the host is there', async () => {
    await call();
    await call(badAnswer);
    await call();
    expect(breaker.isOpen).toBe(false);
  });

  it('remembers a bounded number of models', async () => {
    await call(badAnswer, 'first');
    await call(badAnswer, 'first');
    for (let index = 0; index < 1_000; index++) await call(of(1), `m${index}`);
    expect(breaker.isOpenFor('first')).toBe(false);
  });
});

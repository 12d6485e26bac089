import { defer, retry, tap, throwError, timer } from 'rxjs';
import { ApiError } from '../../../common/api-error.js';
import type { Clock } from '../../../common/clock.js';
import type { BackendMetrics } from '../../../metrics/backend.metrics.js';
import type { BackendLayer } from './backend-layer.js';
import { RetryBudget } from './retry-budget.js';
import { retryDelay } from './retry-policy.js';

interface RetryOptions {
  /** How often a failed call is made again, at most. */
  retries: number;
  /** What BACKEND_TIMEOUT_SECS leaves to all attempts together, in milliseconds. */
  timeoutMs: number;
  clock: Clock;
  metrics: BackendMetrics;
}

/** Further attempts while nothing has been answered, as far as the budget of all calls allows. */
export function retryLayer({ retries, timeoutMs, clock, metrics }: RetryOptions): BackendLayer {
  const budget = new RetryBudget();
  return (next) => ({
    stream: (request, context) =>
      defer(() => {
        budget.requestStarted();
        let answered = false;
        const startedAt = clock.now();
        return next.stream(request, context).pipe(
          tap(() => {
            answered = true;
          }),
          retry({
            count: retries,
            delay: (error: unknown, number) => {
              const failed = { error, number, elapsedMs: clock.now() - startedAt, timeoutMs };
              const delayMs = retryDelay(failed, Math.random());
              if (answered || delayMs === undefined || !budget.take()) {
                return throwError(() => error);
              }
              if (error instanceof ApiError) metrics.callRetried(error);
              return timer(delayMs);
            },
          }),
        );
      }),
  });
}

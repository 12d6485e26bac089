import { concatMap, defer, timer, type Observable } from 'rxjs';
import { ApiError } from '../../../common/api-error.js';
import type { Clock } from '../../../common/clock.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { BackendMetrics } from '../../../metrics/backend.metrics.js';
import type { Backend } from '../backend.js';
import { recover } from '../passing/recover.js';
import type { BackendLayer } from './backend-layer.js';
import { RetryBudget } from './retry-budget.js';
import { retryDelay } from './retry-policy.js';

interface RetryOptions {
  clock: Clock;
  metrics: BackendMetrics;
}

/** Makes further attempts while nothing has been answered, as far as the budget of all calls allows. */
export function retryLayer({ clock, metrics }: RetryOptions): BackendLayer {
  const budgets = new WeakMap<Backend, RetryBudget>();
  const budgetOf = (backend: Backend): RetryBudget => {
    const budget = budgets.get(backend) ?? new RetryBudget();
    budgets.set(backend, budget);
    return budget;
  };
  return (next) => ({
    stream: (request, context) =>
      defer(() => {
        const budget = budgetOf(context.backend);
        const { retries, firstByteTimeoutMs } = context.backend.settings.backend;
        budget.requestStarted();
        const startedAt = clock.now();
        const { answerBy = Infinity, longestWaitMs } = context;
        const timeoutMs = Math.min(firstByteTimeoutMs, answerBy - startedAt);
        const attempt = (number: number): Observable<ChatChunk[]> =>
          recover(next.stream(request, context), (error, answered) => {
            const elapsedMs = clock.now() - startedAt;
            const failed = { error, number, elapsedMs, timeoutMs, longestWaitMs };
            const delayMs = number > retries ? undefined : retryDelay(failed, Math.random());
            if (answered || delayMs === undefined || !budget.take()) throw error;
            if (error instanceof ApiError) metrics.callRetried(error);
            return timer(delayMs).pipe(concatMap(() => attempt(number + 1)));
          });
        return attempt(1);
      }),
  });
}

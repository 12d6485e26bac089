import { Inject, Injectable } from '@nestjs/common';
import { defer, Observable, retry, tap, throwError, timer } from 'rxjs';
import { ApiError } from '../../../common/api-error.js';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import type { ChatRequest } from '../../../contracts/chat/request.js';
import { DrainService } from '../../../gate/drain.service.js';
import { StreamLimiter } from '../../../gate/stream-limiter.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { TRACING, type Tracing } from '../tracing.port.js';
import { CHAT_BACKEND, type BackendCallContext, type ChatBackend } from '../chat-backend.port.js';
import { BackendBreaker } from './backend-breaker.service.js';
import { RetryBudget } from './retry-budget.js';
import { retryDelay } from './retry-policy.js';

/**
 * Whatever backend CHAT_BACKEND is, with what an outage needs around it: a place among the running calls, the circuit
 * breaker, further attempts while nothing has been answered, and an end when the service stops. The use cases call
 * this one. Unsubscribing leaves the line, ends the wait for an attempt, or aborts the call.
 */
@Injectable()
export class ResilientBackend implements ChatBackend {
  private readonly budget = new RetryBudget();
  private readonly retries: number;
  private readonly timeoutMs: number;
  private readonly backend: ChatBackend;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(CHAT_BACKEND) backend: ChatBackend,
    @Inject(TRACING) tracing: Tracing | undefined,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly limiter: StreamLimiter,
    private readonly breaker: BackendBreaker,
    private readonly drain: DrainService,
    private readonly metrics: BackendMetrics,
  ) {
    this.backend = tracing?.watchBackend(backend) ?? backend;
    this.retries = settings.backend.retries;
    this.timeoutMs = settings.backend.firstByteTimeoutMs;
  }

  stream(request: ChatRequest, context: BackendCallContext): Observable<ChatChunk[]> {
    const attempts = this.retried(() => this.backend.stream(request, context));
    return new Observable((subscriber) => {
      subscriber.add(
        this.drain.cutOff.subscribe({
          error: (error) => {
            subscriber.error(error);
          },
        }),
      );
      // The cut may have been before.
      if (!subscriber.closed) this.limiter.hold(attempts, context.id).subscribe(subscriber);
    });
  }

  private retried(call: () => Observable<ChatChunk[]>): Observable<ChatChunk[]> {
    return defer(() => {
      this.budget.requestStarted();
      let answered = false;
      const startedAt = this.clock.now();
      const watch = {
        next: () => {
          answered = true;
        },
        error: (error: unknown) => {
          if (error instanceof ApiError) this.metrics.callFailed(error);
        },
      };
      // Inside the breaker, so that its own refusals are not taken for the backend's errors.
      const attempt = defer(() => this.breaker.guard(call().pipe(tap(watch))));
      return attempt.pipe(
        retry({
          count: this.retries,
          delay: (error: unknown, number) => {
            const elapsedMs = this.clock.now() - startedAt;
            const failed = { error, number, elapsedMs, timeoutMs: this.timeoutMs };
            const delayMs = retryDelay(failed, Math.random());
            if (answered || delayMs === undefined || !this.budget.take()) {
              return throwError(() => error);
            }
            this.metrics.callRetried(error as ApiError);
            return timer(delayMs);
          },
        }),
      );
    });
  }
}

import { ApiError } from '../common/api-error.js';
import { backendTimeout, internalError } from '../common/error-table.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import { watchBoth } from '../responses/backend/breaker/watch-calls.js';
import { watchExchange } from '../responses/backend/breaker/watch-exchange.js';
import type { CallWatch } from '../responses/backend/breaker/breaker-call.js';
import { attemptMs } from '../responses/backend/routes/attempt-ms.js';
import { fallsBack } from '../responses/backend/routes/falls-back.js';
import type { RoutePlan } from '../responses/backend/routes/route-plan.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import type { BackendCall } from '../responses/backend/wire/backend-http.js';
import { HeldAnswer } from './held-answer.js';

/** Holds a backend back, and ends its call. */
export interface RelayedExchange {
  pause(): void;
  resume(): void;
  abort(): void;
}

interface Calls {
  /** @throws ApiError where the target cannot be told of the request. */
  callFor: (target: BackendTarget) => BackendCall;
  /** The next target is asked because of this. */
  onFallback: (to: BackendTarget, error: ApiError) => void;
}

/**
 * It is the exchange with the first target that answers: until the first byte of an answer's body the next one may be asked, by
 * the rules of `/v1/responses`. Nothing of a target that failed reaches the listener.
 */
export class FirstAnswer implements RelayedExchange {
  private exchange: RelayedExchange | undefined;
  private watch: CallWatch | undefined;
  private release: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private index = 0;
  private isPaused = false;
  private isOver = false;
  private readonly startedAt = performance.now();

  constructor(
    private readonly plan: RoutePlan,
    private readonly calls: Calls,
    private readonly listener: BackendListener,
  ) {}

  start(): this {
    queueMicrotask(() => {
      if (!this.isOver) this.ask();
    });
    return this;
  }

  pause(): void {
    this.isPaused = true;
    this.exchange?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.exchange?.resume();
  }

  abort(): void {
    this.isOver = true;
    this.leave();
  }

  private get target(): BackendTarget {
    return this.plan.targets[this.index] ?? this.plan.targets[0];
  }

  private get next(): BackendTarget | undefined {
    const { limits, targets } = this.plan;
    return this.index + 1 < limits.attempts ? targets[this.index + 1] : undefined;
  }

  private ask(): void {
    const { backend, model } = this.target;
    try {
      const call = this.calls.callFor(this.target);
      this.release = backend.places.take();
      const watch = watchBoth(backend.breaker.begin(model), backend.meter.callBegan(model));
      this.watch = watch;
      const relay = this.next === undefined ? this.direct() : this.held();
      this.exchange = backend.http.start(call, watchExchange(relay, watch));
      if (this.isPaused) this.exchange.pause();
      if (this.next !== undefined) this.limitTime();
    } catch (error) {
      this.failed(error instanceof ApiError ? error : internalError(error));
    }
  }

  private limitTime(): void {
    const limitMs = attemptMs(this.plan, this.index, performance.now() - this.startedAt);
    this.timer = setTimeout(
      () => {
        const error = backendTimeout('The backend did not answer in time.');
        this.watch?.failed(error);
        this.failed(error);
      },
      Math.max(1, limitMs),
    );
  }

  private failed(error: ApiError): void {
    this.leave();
    if (this.isOver) return;
    const { next } = this;
    if (next === undefined || !this.mayMove(error)) {
      this.isOver = true;
      this.listener.onError(error);
      return;
    }
    this.target.backend.meter.fellBack(error);
    this.index += 1;
    this.calls.onFallback(next, error);
    this.ask();
  }

  /** Ends what is open of the call; the breaker has been told by then what became of it, if anything did. */
  private leave(): void {
    clearTimeout(this.timer);
    this.exchange?.abort();
    this.exchange = undefined;
    this.watch?.abandoned();
    this.watch = undefined;
    this.release();
    this.release = () => undefined;
  }

  /** Tells the listener, whatever it is. */
  private direct(): BackendListener {
    const { listener } = this;
    return {
      onStart: (status, headers) => {
        listener.onStart(status, headers);
      },
      onData: (chunk) => {
        listener.onData(chunk);
      },
      onEnd: () => {
        this.leave();
        listener.onEnd();
      },
      onError: (error) => {
        this.leave();
        listener.onError(error);
      },
    };
  }

  private held(): BackendListener {
    return new HeldAnswer(this.direct(), {
      onShown: () => {
        clearTimeout(this.timer);
      },
      failed: (error) => {
        this.failed(error);
      },
      goesOn: (error) => {
        if (!this.mayMove(error)) return false;
        this.watch?.failed(error);
        this.failed(error);
        return true;
      },
    });
  }

  private mayMove(error: ApiError): boolean {
    const { plan, target, next } = this;
    return next !== undefined && fallsBack(error, target, next, plan);
  }
}

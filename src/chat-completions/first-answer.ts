import { ApiError } from '../common/api-error.js';
import { backendTimeout, internalError } from '../common/error-table.js';
import { parseJson } from '../common/json.js';
import type { BackendTarget } from '../responses/backend/backend.js';
import { classifyBackendError } from '../responses/backend/errors/classify-backend-error.js';
import type { BackendHeaders } from '../responses/backend/errors/error-shape.js';
import { watchExchange } from '../responses/backend/layers/watch-exchange.js';
import type { CallWatch } from '../responses/backend/layers/breaker-call.js';
import { attemptMs } from '../responses/backend/routes/attempt-ms.js';
import { fallsBack } from '../responses/backend/routes/falls-back.js';
import type { RoutePlan } from '../responses/backend/routes/route-plan.js';
import type { BackendListener } from '../responses/backend/wire/backend-exchange.js';
import type { BackendCall } from '../responses/backend/wire/backend-http.js';

const maxErrorBytes = 64 * 1024;

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
  private readonly startedAt = Date.now();

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
      this.watch = backend.breaker.begin(model);
      const relay = this.next === undefined ? this.direct() : this.held();
      this.exchange = backend.http.start(call, watchExchange(relay, this.watch));
      if (this.isPaused) this.exchange.pause();
      if (this.next !== undefined) this.limitTime();
    } catch (error) {
      this.failed(error instanceof ApiError ? error : internalError(error));
    }
  }

  private limitTime(): void {
    const limitMs = attemptMs(this.plan, this.index, Date.now() - this.startedAt);
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

  /** Holds back what is no answer yet: the head of a good one until its first byte, a refusal until its end. */
  private held(): BackendListener {
    const relay = this.direct();
    let head: { status: number; headers: BackendHeaders } | undefined;
    let isShown = false;
    const refusal: Buffer[] = [];
    const show = (): void => {
      clearTimeout(this.timer);
      isShown = true;
      if (head !== undefined) relay.onStart(head.status, head.headers);
      for (const part of refusal.splice(0)) relay.onData(part);
    };
    const isRefused = (): boolean => (head?.status ?? 0) >= 400;
    return {
      onStart: (status, headers) => {
        head = { status, headers };
      },
      onData: (chunk) => {
        if (!isShown && !isRefused()) show();
        if (isShown) relay.onData(chunk);
        else if (refusal.push(chunk) && sizeOf(refusal) > maxErrorBytes) show();
      },
      onEnd: () => {
        const error = head !== undefined && isRefused() ? readError(head, refusal) : undefined;
        if (!isShown && error !== undefined && this.mayMove(error)) {
          this.failed(error);
          return;
        }
        if (!isShown) show();
        relay.onEnd();
      },
      onError: (error) => {
        if (isShown) relay.onError(error);
        else this.failed(error);
      },
    };
  }

  private mayMove(error: ApiError): boolean {
    const { plan, target, next } = this;
    return next !== undefined && fallsBack(error, target, next, plan);
  }
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((size, { length }) => size + length, 0);
}

function readError(
  { status, headers }: { status: number; headers: BackendHeaders },
  parts: readonly Buffer[],
): ApiError {
  const text = Buffer.concat(parts).toString('utf8');
  return classifyBackendError({
    status,
    headers,
    body: parseJson(text) ?? text,
    nowMs: Date.now(),
  });
}

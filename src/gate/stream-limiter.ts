import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { overloaded } from '../common/gate-errors.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';

/** A refused client is asked to wait so many seconds. */
const retryAfterSeconds = 1;

/** Callers that have less than a tenth may have a tenth more than the limits. */
const reserve = 0.1;

/** Counts what one caller has. */
interface CallerLoad {
  running: number;
  /** Those who wait stand in the order of arrival. */
  line: Set<() => void>;
}

/**
 * Bounds the backend calls that run at once. Those beyond wait in line, for a bounded time and in a bounded line, and
 * are refused (503 `slow_down`) after that: a proxy that takes everything on serves nobody. One caller may take all that
 * the limits allow, and others still get in: there are places for them beyond, and from the line the caller goes first
 * that has the fewest running.
 */
@Injectable()
export class StreamLimiter {
  private running = 0;
  private waiting = 0;
  private admitting = false;
  private readonly loads = new Map<string, CallerLoad>();
  private readonly limits: Settings['load'];

  constructor(@Inject(SETTINGS) settings: Settings, metrics: LoadMetrics) {
    this.limits = settings.load;
    metrics.observeLimiter(() => ({ running: this.running, waiting: this.waiting }));
  }

  /** Tells that another request would be refused, unless its caller has next to nothing. */
  get isFull(): boolean {
    const { concurrentStreams, queuedRequests } = this.limits;
    return this.running >= concurrentStreams && this.waiting >= queuedRequests;
  }

  /** Tells that another request of this caller would be refused. */
  isFullFor(caller: string): boolean {
    if (!this.isFull) return false;
    const load = this.loads.get(caller) ?? { running: 0, line: new Set() };
    return !this.hasPlace(load) && !this.mayWait(load);
  }

  /** Subscribes to the source once there is a place, and keeps the place until the source is over or given up. */
  hold<T>(source: Observable<T>, caller: string): Observable<T> {
    return new Observable((subscriber) => {
      const load = this.loadOf(caller);
      const start = (): void => {
        this.running += 1;
        load.running += 1;
        subscriber.add(() => {
          this.leave(caller, load);
        });
        source.subscribe(subscriber);
      };
      const refuse = (): void => {
        this.forget(caller, load);
        subscriber.error(overloaded(retryAfterSeconds));
      };
      if (this.hasPlace(load)) start();
      else if (this.mayWait(load)) subscriber.add(this.wait(start, refuse, caller, load));
      else refuse();
    });
  }

  private hasPlace({ running }: CallerLoad): boolean {
    return isWithin(this.limits.concurrentStreams, this.running, running);
  }

  private mayWait({ line }: CallerLoad): boolean {
    return isWithin(this.limits.queuedRequests, this.waiting, line.size);
  }

  private loadOf(caller: string): CallerLoad {
    let load = this.loads.get(caller);
    if (load === undefined) {
      load = { running: 0, line: new Set() };
      this.loads.set(caller, load);
    }
    return load;
  }

  private forget(caller: string, load: CallerLoad): void {
    if (load.running > 0 || load.line.size > 0) return;
    if (this.loads.get(caller) === load) this.loads.delete(caller);
  }

  /** Gives the way out of the line. */
  private wait(
    start: () => void,
    refuse: () => void,
    caller: string,
    load: CallerLoad,
  ): () => void {
    const leave = (): void => {
      clearTimeout(timer);
      if (load.line.delete(next)) this.waiting -= 1;
    };
    const next = (): void => {
      leave();
      start();
    };
    const timer = setTimeout(() => {
      leave();
      refuse();
    }, this.limits.queueWaitMs);
    load.line.add(next);
    this.waiting += 1;
    return () => {
      leave();
      this.forget(caller, load);
    };
  }

  /** Lets the next one go on. It is a loop, since a call that fails at once leaves again before this has returned. */
  private leave(caller: string, load: CallerLoad): void {
    this.running -= 1;
    load.running -= 1;
    this.forget(caller, load);
    if (this.admitting) return;
    this.admitting = true;
    for (let next = this.next(); next !== undefined; next = this.next()) next();
    this.admitting = false;
  }

  /** Says who may go on: of the caller with the fewest running the one that came first. */
  private next(): (() => void) | undefined {
    if (this.waiting === 0) return undefined;
    let fewest: CallerLoad | undefined;
    for (const load of this.loads.values()) {
      if (load.line.size > 0 && load.running < (fewest?.running ?? Infinity)) fewest = load;
    }
    if (fewest === undefined || !this.hasPlace(fewest)) return undefined;
    return fewest.line.values().next().value;
  }
}

/**
 * Tells whether a caller is within a limit.
 * @param own is what the caller has of the `taken`.
 */
function isWithin(limit: number, taken: number, own: number): boolean {
  const more = Math.floor(limit * reserve);
  return taken < limit || (taken < limit + more && own < more);
}

import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { overloaded } from '../common/gate-errors.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';

/** What a refused client is asked to wait, in seconds. */
const retryAfterSeconds = 1;

/**
 * Bounds the backend calls that run at once. Those beyond wait in line, for a bounded time and in a bounded line, and
 * are refused (503 `slow_down`) after that: a proxy that takes everything on serves nobody.
 */
@Injectable()
export class StreamLimiter {
  private running = 0;
  /** In the order of arrival. */
  private readonly line = new Set<() => void>();
  private admitting = false;
  private readonly limits: Settings['load'];

  constructor(@Inject(SETTINGS) settings: Settings, metrics: LoadMetrics) {
    this.limits = settings.load;
    metrics.observeLimiter(() => ({ running: this.running, waiting: this.line.size }));
  }

  /** Another request would be refused. */
  get isFull(): boolean {
    const { concurrentStreams, queuedRequests } = this.limits;
    return this.running >= concurrentStreams && this.line.size >= queuedRequests;
  }

  /** Subscribes to the source once there is a place, and keeps the place until the source is over or given up. */
  hold<T>(source: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      const start = (): void => {
        this.running += 1;
        subscriber.add(() => {
          this.leave();
        });
        source.subscribe(subscriber);
      };
      if (this.running < this.limits.concurrentStreams) {
        start();
        return;
      }
      const refuse = (): void => {
        subscriber.error(overloaded(retryAfterSeconds));
      };
      if (this.isFull) refuse();
      else subscriber.add(this.wait(start, refuse));
    });
  }

  /** Gives the way out of the line. */
  private wait(start: () => void, refuse: () => void): () => void {
    const leave = (): void => {
      clearTimeout(timer);
      this.line.delete(next);
    };
    const next = (): void => {
      leave();
      start();
    };
    const timer = setTimeout(() => {
      leave();
      refuse();
    }, this.limits.queueWaitMs);
    this.line.add(next);
    return leave;
  }

  /** A loop, since a call that fails at once leaves again before this has returned. */
  private leave(): void {
    this.running -= 1;
    if (this.admitting) return;
    this.admitting = true;
    for (const next of this.line) {
      if (this.running >= this.limits.concurrentStreams) break;
      next();
    }
    this.admitting = false;
  }
}

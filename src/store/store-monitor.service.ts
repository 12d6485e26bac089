import { Inject, Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { CLOCK, type Clock } from '../common/clock.js';
import { storeUnavailable } from '../common/state-errors.js';
import { withinTime } from '../common/within-time.js';
import { exportFromStart, MetricsService } from '../metrics/metrics.service.js';
import { storeOperations } from './store-operations.js';
import { StoreRefusal } from './response-record-store.port.js';

/** A store that is slower than this counts as failed: the response matters more than its copy. */
const longestCallMs = 3_000;

/** These calls need room, while a full store still answers all others. */
const growing = new Set([
  ...['responses.begin', 'responses.update', 'responses.finish'],
  ...['runs.append', 'conversations.create', 'conversations.append', 'counters.add'],
  ...['files.begin', 'files.append', 'files.finish'],
]);

/** A failed write outweighs for so long whatever else succeeds, while no later write does. */
const writeDoubtMs = 5_000;

/** Bounds every call of the store, and logs, counts and remembers its failures. */
@Injectable()
export class StoreMonitor {
  private readonly logger = new Logger('Store');
  private readonly failures: Counter<'operation'>;
  private failing = false;
  private doubtfulUntil = 0;

  constructor(
    metrics: MetricsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.failures = new Counter({
      name: 'responses_proxy_store_failures_total',
      help: 'Calls of the store that failed or took too long, by operation.',
      labelNames: ['operation'],
      registers: [metrics.registry],
    });
    exportFromStart(this.failures, 'operation', storeOperations);
  }

  /** Tells that the last call of the store succeeded, and so did the last write unless that is long ago. */
  get isAvailable(): boolean {
    return !this.failing;
  }

  /**
   * Rejects with ApiError 503 `store_unavailable` when the store fails; refusals of the store pass as they are.
   * @param waitsForNothing says that the call cannot be late, so that no timer is set for it.
   */
  async watch<Value>(
    operation: string,
    call: () => Promise<Value>,
    waitsForNothing = false,
  ): Promise<Value> {
    try {
      const late = `no answer to ${operation} within ${longestCallMs} ms`;
      const value = await (waitsForNothing ? call() : withinTime(call(), longestCallMs, late));
      this.succeeded(operation);
      return value;
    } catch (error) {
      if (error instanceof StoreRefusal) throw error;
      this.failures.inc({ operation });
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error(`store_failed ${operation}: ${reason}`);
      this.failing = true;
      if (growing.has(operation)) this.doubtfulUntil = this.clock.now() + writeDoubtMs;
      throw storeUnavailable(error);
    }
  }

  private succeeded(operation: string): void {
    if (!this.failing) return;
    if (!growing.has(operation) && this.clock.now() < this.doubtfulUntil) return;
    this.failing = false;
    this.logger.log('The store is available again.');
  }
}

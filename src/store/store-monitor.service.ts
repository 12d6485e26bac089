import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { storeUnavailable } from '../common/state-errors.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { ChainTooLongError } from './response-record-store.port.js';

/** A store that is slower than this counts as failed: the response matters more than its copy. */
const longestCallMs = 3_000;

/** Bounds every call of the store, and logs, counts and remembers its failures. */
@Injectable()
export class StoreMonitor {
  private readonly logger = new Logger('Store');
  private readonly failures: Counter;
  private failing = false;

  constructor(metrics: MetricsService) {
    this.failures = new Counter({
      name: 'responses_proxy_store_failures_total',
      help: 'Calls of the store that failed or took too long, by operation.',
      labelNames: ['operation'],
      registers: [metrics.registry],
    });
  }

  /** The last call of the store succeeded. */
  get isAvailable(): boolean {
    return !this.failing;
  }

  /** Rejects with ApiError 503 `store_unavailable` when the store fails; refusals of the store pass as they are. */
  async watch<Value>(operation: string, call: () => Promise<Value>): Promise<Value> {
    try {
      const value = await withinTime(call(), operation);
      if (this.failing) this.logger.log('The store is available again.');
      this.failing = false;
      return value;
    } catch (error) {
      if (error instanceof ChainTooLongError) throw error;
      this.failures.inc({ operation });
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error(`store_failed ${operation}: ${reason}`);
      this.failing = true;
      throw storeUnavailable(error);
    }
  }
}

function withinTime<Value>(promise: Promise<Value>, operation: string): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer to ${operation} within ${longestCallMs} ms`));
    }, longestCallMs);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

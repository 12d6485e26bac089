import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { exportFromStart, metricPrefix, MetricsService } from './metrics.service.js';

/** These say why a request was turned away before anything was done for it. */
const refusalReasons = ['draining', 'overloaded', 'memory', 'key', 'rate_limit', 'limit'] as const;

export type RefusalReason = (typeof refusalReasons)[number];

/** Tells how full the service is, and whom it turned away. */
@Injectable()
export class LoadMetrics {
  private readonly refused: Counter<'reason'>;

  constructor(private readonly metrics: MetricsService) {
    this.refused = new Counter({
      name: `${metricPrefix}requests_refused_total`,
      help: 'Requests refused before their body was read.',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
    exportFromStart(this.refused, 'reason', refusalReasons);
  }

  requestRefused(reason: RefusalReason): void {
    this.refused.inc({ reason });
  }

  /** Reports the memory. `read` is asked at each scrape. */
  observeMemory(read: () => number): void {
    new Gauge({
      name: `${metricPrefix}held_bytes`,
      help: 'What clients make the process hold (MAX_MEMORY_MB).',
      registers: [this.metrics.registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** Reports the limiter. `read` is asked at each scrape. */
  observeLimiter(read: () => { running: number; waiting: number }): void {
    const registers = [this.metrics.registry];
    new Gauge({
      name: `${metricPrefix}backend_calls_running`,
      help: 'Answers that the backend works on now.',
      registers,
      collect() {
        this.set(read().running);
      },
    });
    new Gauge({
      name: `${metricPrefix}requests_waiting`,
      help: 'Requests that wait for a place (MAX_CONCURRENT_STREAMS).',
      registers,
      collect() {
        this.set(read().waiting);
      },
    });
  }
}

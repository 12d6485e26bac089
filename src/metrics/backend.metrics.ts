import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import type { ApiError } from '../common/api-error.js';
import { ERRORS, isErrorCode } from '../common/error-codes.js';
import { exportFromStart, metricPrefix, MetricsService } from './metrics.service.js';

const breakerLevels = { closed: 0, half_open: 1, open: 2 } as const;

export type BreakerPosition = keyof typeof breakerLevels;

/** A call of the backend can fail with these codes, and they are the backend's doing: ours and what it lets us say. */
const backendCodes = Object.entries(ERRORS).flatMap(([code, { status }]) =>
  status >= 500 || status === 429 ? [code] : [],
);

/** Counts what the backend did to us. */
@Injectable()
export class BackendMetrics {
  private readonly errors: Counter<'code'>;
  private readonly retries: Counter<'code'>;
  private readonly openings: Counter;
  private readonly suspended: Counter;
  private readonly tokenCounts: Counter;

  constructor(private readonly metrics: MetricsService) {
    const registers = [metrics.registry];
    this.errors = new Counter({
      name: `${metricPrefix}backend_errors_total`,
      help: 'Calls to the backend that failed, each attempt by itself, by the code of the error.',
      labelNames: ['code'],
      registers,
    });
    this.retries = new Counter({
      name: `${metricPrefix}backend_retries_total`,
      help: 'Further attempts, by the code of the error before.',
      labelNames: ['code'],
      registers,
    });
    for (const counter of [this.errors, this.retries])
      exportFromStart(counter, 'code', backendCodes);
    this.openings = new Counter({
      name: `${metricPrefix}breaker_openings_total`,
      help: 'Times that the circuit breaker opened.',
      registers,
    });
    this.suspended = new Counter({
      name: `${metricPrefix}breaker_refusals_total`,
      help: 'Calls that the open circuit breaker refused.',
      registers,
    });
    this.tokenCounts = new Counter({
      name: `${metricPrefix}token_count_failures_total`,
      help: 'Prompts whose tokens the backend should have counted; they were estimated.',
      registers,
    });
  }

  callFailed(error: ApiError): void {
    this.errors.inc({ code: labelOf(error) });
  }

  callRetried(error: ApiError): void {
    this.retries.inc({ code: labelOf(error) });
  }

  breakerOpened(): void {
    this.openings.inc();
  }

  callSuspended(): void {
    this.suspended.inc();
  }

  tokenCountFailed(): void {
    this.tokenCounts.inc();
  }

  /** Reports whether the file of backends is refused as it stands. `read` is asked at each scrape. */
  observeBackendsFile(read: () => boolean): void {
    new Gauge({
      name: `${metricPrefix}backends_file_refused`,
      help: 'BACKENDS_FILE as it stands: 0 in force, 1 refused, so that the one before is in force.',
      registers: [this.metrics.registry],
      collect() {
        this.set(read() ? 1 : 0);
      },
    });
  }

  /** Reports the breaker. `read` is asked at each scrape. */
  observeBreaker(read: () => BreakerPosition): void {
    new Gauge({
      name: `${metricPrefix}breaker_state`,
      help: 'Circuit breaker: 0 closed, 1 half open, 2 open.',
      registers: [this.metrics.registry],
      collect() {
        this.set(breakerLevels[read()]);
      },
    });
  }
}

/** Gives a code as a label. A backend may invent codes, and labels have to stay few. */
function labelOf({ code, status }: ApiError): string {
  return isErrorCode(code) ? code : `status_${status}`;
}

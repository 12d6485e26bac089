import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { ApiError } from '../common/api-error.js';
import { ERRORS, isErrorCode } from '../common/error-codes.js';
import { exportFromStart, metricPrefix, MetricsService } from './metrics.service.js';

const breakerLevels = { closed: 0, half_open: 1, open: 2 } as const;

export type BreakerPosition = keyof typeof breakerLevels;

/** A call of the backend can fail with these codes, and they are the backend's doing: ours and what it lets us say. */
const backendCodes = Object.entries(ERRORS).flatMap(([code, { status }]) =>
  status >= 500 || status === 429 ? [code] : [],
);

/** A request may go on to another target with these codes. */
const fallbackCodes = [...backendCodes, 'model_not_found', 'context_length_exceeded'];

const callResults = ['completed', 'refused', 'failed', 'aborted'] as const;
const prefixKinds = ['cacheable', 'cached'] as const;

/** Says how a call ended: `refused` is a 4xx, `aborted` was ended from here, mostly since the client left. */
export type CallResult = (typeof callResults)[number];

/** So many models of all backends have series of their own. */
const mostModels = 200;
const otherModel = 'other';

interface ModelLabels {
  backend: string;
  model: string;
}

/** Counts what the backend did to us. */
@Injectable()
export class BackendMetrics {
  private readonly errors: Counter<'code'>;
  private readonly retries: Counter<'code'>;
  private readonly openings: Counter;
  private readonly suspended: Counter;
  private readonly tokenCounts: Counter;
  private readonly calls: Counter<'backend' | 'model' | 'result'>;
  private readonly fallbacks: Counter<'backend' | 'code'>;
  private readonly firstByte: Histogram<'backend' | 'model'>;
  private readonly prefixTokens: Counter<'backend' | 'kind'>;
  private readonly models = new Set<string>();

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
    this.calls = new Counter({
      name: `${metricPrefix}backend_calls_total`,
      help: 'Calls of a backend that are over, each attempt by itself.',
      labelNames: ['backend', 'model', 'result'],
      registers,
    });
    this.fallbacks = new Counter({
      name: `${metricPrefix}fallbacks_total`,
      help: 'Requests that went on from this backend to the next target, by the code of the error.',
      labelNames: ['backend', 'code'],
      registers,
    });
    this.firstByte = new Histogram({
      name: `${metricPrefix}backend_first_byte_seconds`,
      help: 'From a call of a backend to the first of its answer.',
      labelNames: ['backend', 'model'],
      buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
      registers,
    });
    this.prefixTokens = new Counter({
      name: `${metricPrefix}prefix_tokens_total`,
      help: 'Input tokens that the turn before of the same conversation had sent already, and those of them that were cached.',
      labelNames: ['backend', 'kind'],
      registers,
    });
  }

  /** Gives every series of a backend that is known beforehand its 0. */
  backendKnown(backend: string): void {
    for (const result of callResults) this.calls.inc({ backend, model: otherModel, result }, 0);
    for (const code of fallbackCodes) this.fallbacks.inc({ backend, code }, 0);
    for (const kind of prefixKinds) this.prefixTokens.inc({ backend, kind }, 0);
  }

  /** Gives the labels of a model. Names come from clients: those that are not real, and those beyond the limit, are one. */
  labelsOf(backend: string, model: string, isReal: boolean): ModelLabels {
    const key = JSON.stringify([backend, model]);
    if (isReal && this.models.size < mostModels) this.models.add(key);
    return { backend, model: this.models.has(key) ? model : otherModel };
  }

  /** Begins to wait for the first byte of an answer; what it gives is called when that is there. */
  timeFirstByte(): (labels: ModelLabels) => void {
    return this.firstByte.startTimer();
  }

  callEnded(labels: ModelLabels, result: CallResult): void {
    this.calls.inc({ ...labels, result });
  }

  fellBack(backend: string, error: ApiError): void {
    this.fallbacks.inc({ backend, code: labelOf(error) });
  }

  /** Counts the tokens that the turn before had sent already, and how many of them the backend had kept. */
  prefixSeen(backend: string, cacheable: number, cached: number): void {
    this.prefixTokens.inc({ backend, kind: 'cacheable' }, cacheable);
    this.prefixTokens.inc({ backend, kind: 'cached' }, cached);
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
      aggregator: 'max',
      registers: [this.metrics.registry],
      collect() {
        this.set(read() ? 1 : 0);
      },
    });
  }

  /** Reports the breaker of each backend. `read` is asked at each scrape. */
  observeBreakers(read: () => readonly (readonly [backend: string, BreakerPosition])[]): void {
    new Gauge({
      name: `${metricPrefix}backend_breaker_state`,
      help: 'Circuit breaker of each backend: 0 closed, 1 half open, 2 open.',
      labelNames: ['backend'],
      aggregator: 'max',
      registers: [this.metrics.registry],
      collect() {
        this.reset();
        for (const [backend, position] of read()) this.set({ backend }, breakerLevels[position]);
      },
    });
  }

  /** Reports the breaker. `read` is asked at each scrape. */
  observeBreaker(read: () => BreakerPosition): void {
    new Gauge({
      name: `${metricPrefix}breaker_state`,
      help: 'Circuit breaker: 0 closed, 1 half open, 2 open.',
      aggregator: 'max',
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

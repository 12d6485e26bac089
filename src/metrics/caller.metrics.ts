import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { callerLimits } from '../common/caller-limits.js';
import { metricPrefix, MetricsService } from './metrics.service.js';

/** So many callers have series of their own. */
const mostCallers = 200;
const otherCaller = 'other callers';
const tokenKinds = ['input', 'cached', 'output'] as const;

/** Tells what the callers of CALLERS_FILE do. */
@Injectable()
export class CallerMetrics {
  private readonly requests: Counter<'caller'>;
  private readonly refused: Counter<'caller' | 'limit'>;
  private readonly tokens: Counter<'caller' | 'kind'>;
  private readonly cost: Counter<'caller' | 'currency'>;
  private readonly unpriced: Counter<'caller'>;
  private readonly names = new Set<string>();

  constructor(private readonly metrics: MetricsService) {
    const registers = [metrics.registry];
    this.requests = new Counter({
      name: `${metricPrefix}caller_requests_total`,
      help: 'Requests and WebSocket turns of callers of CALLERS_FILE that were let in.',
      labelNames: ['caller'],
      registers,
    });
    this.refused = new Counter({
      name: `${metricPrefix}caller_refusals_total`,
      help: 'Requests, turns and calls of models that a limit of CALLERS_FILE refused.',
      labelNames: ['caller', 'limit'],
      registers,
    });
    this.tokens = new Counter({
      name: `${metricPrefix}caller_tokens_total`,
      help: 'Tokens that callers of CALLERS_FILE have used. cached is part of input.',
      labelNames: ['caller', 'kind'],
      registers,
    });
    this.cost = new Counter({
      name: `${metricPrefix}caller_cost_total`,
      help: 'Money that callers of CALLERS_FILE have used, in the currency of the file.',
      labelNames: ['caller', 'currency'],
      registers,
    });
    this.unpriced = new Counter({
      name: `${metricPrefix}caller_unpriced_calls_total`,
      help: 'Calls of a model without a price, by callers with a limit of money.',
      labelNames: ['caller'],
      registers,
    });
    this.startAtZero(otherCaller, 'USD');
  }

  /** Gives every series of a caller its 0, so that `rate()` sees the first event. */
  callerKnown(name: string, currency: string): void {
    this.startAtZero(this.labelOf(name), currency);
  }

  callUnpriced(caller: string): void {
    this.unpriced.inc({ caller: this.labelOf(caller) });
  }

  requestAdmitted(caller: string): void {
    this.requests.inc({ caller: this.labelOf(caller) });
  }

  requestRefused(caller: string, limit: string): void {
    this.refused.inc({ caller: this.labelOf(caller), limit });
  }

  tokensUsed(
    { name, currency }: { name: string; currency: string },
    used: Readonly<Record<(typeof tokenKinds)[number], number>>,
    cost: number,
  ): void {
    const caller = this.labelOf(name);
    for (const kind of tokenKinds) this.tokens.inc({ caller, kind }, used[kind]);
    if (cost > 0) this.cost.inc({ caller, currency }, cost);
  }

  /** Reports how much of their limits callers have used. `read` is asked at each scrape. */
  observeLimits(read: () => Iterable<{ caller: string; limit: string; share: number }>): void {
    const labelOf = (caller: string): string => this.labelOf(caller);
    new Gauge({
      name: `${metricPrefix}caller_limit_used_ratio`,
      help: 'How much of a limit of CALLERS_FILE is used, as far as the process knows: 1 is all of it.',
      labelNames: ['caller', 'limit'],
      aggregator: 'max',
      registers: [this.metrics.registry],
      collect() {
        this.reset();
        for (const { caller, limit, share } of read()) {
          const label = labelOf(caller);
          if (label !== otherCaller) this.set({ caller: label, limit }, share);
        }
      },
    });
  }

  /** Reports whether the file of callers is refused as it stands. `read` is asked at each scrape. */
  observeCallersFile(read: () => boolean): void {
    new Gauge({
      name: `${metricPrefix}callers_file_refused`,
      help: 'CALLERS_FILE as it stands: 0 in force, 1 refused, so that the one before is in force.',
      aggregator: 'max',
      registers: [this.metrics.registry],
      collect() {
        this.set(read() ? 1 : 0);
      },
    });
  }

  private startAtZero(caller: string, currency: string): void {
    this.requests.inc({ caller }, 0);
    for (const limit of callerLimits) this.refused.inc({ caller, limit }, 0);
    for (const kind of tokenKinds) this.tokens.inc({ caller, kind }, 0);
    this.cost.inc({ caller, currency }, 0);
    this.unpriced.inc({ caller }, 0);
  }

  /** The names are the operator's, but there may be many. No caller can have the name of the others. */
  private labelOf(caller: string): string {
    if (this.names.size < mostCallers) this.names.add(caller);
    return this.names.has(caller) ? caller : otherCaller;
  }
}

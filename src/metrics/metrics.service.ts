import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { contributeMetrics, readMetrics } from '../cluster/cluster-metrics.js';
import type { Usage } from '../contracts/responses/response.js';
import { WARNINGS, type TranslationWarning } from '../responses/translator/warning.js';

/** Describes one finished request. `route` is the registered pattern, never the client's path: labels have to stay few. */
export interface RequestSample {
  route: string;
  status: number;
  stream: boolean;
  durationMs: number;
  firstEventMs: number | undefined;
  usage: Usage | null | undefined;
  warnings: readonly TranslationWarning[];
  /** Names the trace that tells more of it, where there is one. */
  traceId?: string | undefined;
}

/** An alert on the share of 5xx divides these. */
const alarmingStatuses = [200, 500, 502, 503, 504];
const tokenKinds = ['input', 'cached', 'output', 'reasoning'] as const;

export const metricPrefix = 'responses_proxy_';

/** Holds all metrics of the service, in a registry of its own so that two applications in one process do not mix. */
@Injectable()
export class MetricsService {
  readonly registry = new Registry();
  private readonly registers = [this.registry];

  private readonly requests = new Counter({
    name: `${metricPrefix}requests_total`,
    help: 'Finished requests.',
    labelNames: ['route', 'status', 'stream'],
    registers: this.registers,
  });
  private readonly warnings = new Counter({
    name: `${metricPrefix}translation_warnings_total`,
    help: 'Things that a translation lost or repaired, by code.',
    labelNames: ['code'],
    registers: this.registers,
  });
  private readonly tokens = new Counter({
    name: `${metricPrefix}tokens_total`,
    help: 'Tokens that backends reported. cached is part of input, reasoning part of output.',
    labelNames: ['kind'],
    registers: this.registers,
  });
  private readonly droppedDumps = new Counter({
    name: `${metricPrefix}dumps_dropped_total`,
    help: 'Pieces of traffic that were not dumped because the disk was behind.',
    registers: this.registers,
  });
  private readonly firstEvent = new Histogram({
    name: `${metricPrefix}time_to_first_event_seconds`,
    help: "From a request's arrival to its first event.",
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120],
    enableExemplars: true,
    // prom-client lets nobody have both in its constructor.
    registers: [],
  });
  private readonly duration = new Histogram({
    name: `${metricPrefix}request_duration_seconds`,
    help: "From a request's arrival to the end of its answer.",
    labelNames: ['route', 'stream'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    enableExemplars: true,
    // prom-client lets nobody have both in its constructor.
    registers: [],
  });
  private readonly eventGap = new Histogram({
    name: `${metricPrefix}event_gap_seconds`,
    help: 'Between two writes of one event stream; one write holds the events of one read from the backend.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60],
    registers: this.registers,
  });
  private readonly openStreams = new Gauge({
    name: `${metricPrefix}open_streams`,
    help: 'Event streams that are open now.',
    registers: this.registers,
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const metric of [this.firstEvent, this.duration])
      this.registry.registerMetric<string>(metric);
    contributeMetrics(this.registry);
    for (const status of alarmingStatuses)
      for (const stream of ['true', 'false'])
        this.requests.inc({ route: '/v1/responses', status, stream }, 0);
    exportFromStart(this.warnings, 'code', Object.keys(WARNINGS));
    exportFromStart(this.tokens, 'kind', tokenKinds);
  }

  /** Gives Prometheus' text, over all workers. */
  read(): Promise<string> {
    return readMetrics(this.registry);
  }

  /** Called once per request, after its answer has ended. */
  requestCompleted(sample: RequestSample): void {
    const { route, durationMs, firstEventMs, usage, traceId } = sample;
    const exemplarLabels: Record<string, string> =
      traceId === undefined ? {} : { trace_id: traceId };
    const stream = sample.stream ? 'true' : 'false';
    this.requests.inc({ route, status: sample.status, stream });
    this.duration.observe({ labels: { route, stream }, value: durationMs / 1000, exemplarLabels });
    if (firstEventMs !== undefined)
      this.firstEvent.observe({ value: firstEventMs / 1000, exemplarLabels });
    if (usage) this.countTokens(usage);
    for (const { code } of sample.warnings) this.warnings.inc({ code });
  }

  dumpsDropped(count: number): void {
    this.droppedDumps.inc(count);
  }

  /** Reports the troubles of the log. `read` is asked at each scrape. */
  observeLog(read: () => { failures: number; lostLines: number }): void {
    const { registers } = this;
    new Counter({
      name: `${metricPrefix}log_failures_total`,
      help: 'Writes of log lines that failed and are made again: a full disk, say.',
      registers,
      collect() {
        this.reset();
        this.inc(read().failures);
      },
    });
    new Counter({
      name: `${metricPrefix}log_lines_lost_total`,
      help: 'Log lines that were lost, since they could not be written for too long.',
      registers,
      collect() {
        this.reset();
        this.inc(read().lostLines);
      },
    });
  }

  streamOpened(): void {
    this.openStreams.inc();
  }

  streamClosed(): void {
    this.openStreams.dec();
  }

  eventsWritten(gapMs: number): void {
    this.eventGap.observe(gapMs / 1000);
  }

  private countTokens(usage: Usage): void {
    this.tokens.inc({ kind: 'input' }, usage.input_tokens);
    this.tokens.inc({ kind: 'cached' }, usage.input_tokens_details.cached_tokens);
    this.tokens.inc({ kind: 'output' }, usage.output_tokens);
    this.tokens.inc({ kind: 'reasoning' }, usage.output_tokens_details.reasoning_tokens);
  }
}

/**
 * A counter without a sample for a label's value shows its first event as a 1 that was always there: `rate()` of it is 0.
 * So each value that is known has its 0 from the start.
 */
export function exportFromStart<Label extends string>(
  counter: Counter<Label>,
  label: Label,
  values: readonly string[],
): void {
  for (const value of values) counter.inc({ [label]: value } as Record<Label, string>, 0);
}

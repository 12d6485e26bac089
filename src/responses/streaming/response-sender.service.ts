import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CLOCK, type Clock } from '../../common/clock.js';
import { TrafficDumpService } from '../../logging/traffic-dump.service.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import { MetricsService } from '../../metrics/metrics.service.js';
import { StreamMeter } from '../../metrics/stream-meter.js';
import type { PreparedResponse, ResponseCall } from '../responses.service.js';
import { collectResponse } from './collect-response.js';
import { writeEventStream } from './event-stream.writer.js';
import { formatWarningsHeader, WARNINGS_HEADER } from './warnings-header.js';

/** Sends a prepared response as an event stream or as one JSON body, and notes what became of it. */
@Injectable()
export class ResponseSender {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly dump: TrafficDumpService,
    private readonly metrics: MetricsService,
  ) {}

  /** @throws ApiError while an HTTP status can still say what went wrong. */
  async send(prepared: PreparedResponse, call: ResponseCall, reply: FastifyReply): Promise<void> {
    if (prepared.streamed) await this.stream(prepared, call, reply);
    else await this.reply(prepared, call, reply);
  }

  private async stream(
    prepared: PreparedResponse,
    { outcome, flow }: ResponseCall,
    reply: FastifyReply,
  ): Promise<void> {
    const meter = new StreamMeter(this.metrics, this.clock);
    const written = writeEventStream(prepared.events, reply, {
      flow,
      headers: warningHeaders(prepared),
      onFrames: (frames) => {
        meter.wrote();
        if (this.dump.enabled) this.dump.event(outcome.requestId, frames);
      },
      onFirstEvent: () => {
        outcome.firstEventMs = this.clock.now() - outcome.startedAt;
      },
      onEnd: () => {
        this.note(prepared, outcome);
      },
    });
    await written.finally(() => {
      meter.ended();
    });
  }

  private async reply(
    prepared: PreparedResponse,
    { outcome }: ResponseCall,
    reply: FastifyReply,
  ): Promise<void> {
    const response = await collectResponse(prepared.events, reply.raw);
    this.note(prepared, outcome);
    const { failure } = prepared.translation.stream;
    if (failure !== undefined) throw failure;
    await reply
      .headers(warningHeaders(prepared))
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(response));
  }

  /** Before the reply ends: its end writes the log line. */
  private note({ translation }: PreparedResponse, outcome: RequestOutcome): void {
    const { response, failure } = translation.stream;
    outcome.warnings = translation.allWarnings();
    if (failure?.code != null) outcome.errorCode = failure.code;
    if (response === undefined) return;
    outcome.responseStatus = response.status;
    outcome.usage = response.usage;
    outcome.outputItems = response.output.length;
  }
}

function warningHeaders({ translation }: PreparedResponse): Record<string, string> {
  if (translation.requestWarnings.length === 0) return {};
  return { [WARNINGS_HEADER]: formatWarningsHeader(translation.requestWarnings) };
}

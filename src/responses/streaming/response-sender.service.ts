import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CLOCK, type Clock } from '../../common/clock.js';
import { TrafficDumpService } from '../../logging/traffic-dump.service.js';
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
  ) {}

  async send(prepared: PreparedResponse, call: ResponseCall, reply: FastifyReply): Promise<void> {
    try {
      if (prepared.streamed) await this.stream(prepared, call, reply);
      else await this.reply(prepared, reply);
    } finally {
      this.note(prepared, call);
    }
  }

  private async stream(
    prepared: PreparedResponse,
    { outcome, flow }: ResponseCall,
    reply: FastifyReply,
  ): Promise<void> {
    await writeEventStream(prepared.events, reply, {
      flow,
      headers: warningHeaders(prepared),
      onFrames: this.dump.enabled
        ? (frames) => {
            this.dump.event(outcome.requestId, frames);
          }
        : undefined,
      onFirstEvent: () => {
        outcome.firstEventMs = this.clock.now() - outcome.startedAt;
      },
      onClientGone: () => {
        outcome.clientAborted = true;
      },
    });
  }

  private async reply(prepared: PreparedResponse, reply: FastifyReply): Promise<void> {
    const response = await collectResponse(prepared.events, reply.raw);
    const { failure } = prepared.translation.stream;
    if (failure !== undefined) throw failure;
    await reply
      .headers(warningHeaders(prepared))
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(response));
  }

  private note({ translation }: PreparedResponse, { outcome }: ResponseCall): void {
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

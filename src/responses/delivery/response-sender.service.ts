import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CLOCK, elapsedSince, type Clock } from '../../common/clock.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import { TrafficDumpService } from '../../logging/traffic-dump.service.js';
import { MetricsService } from '../../metrics/metrics.service.js';
import { HeavyWork, isHeavy } from '../../gate/heavy-work.service.js';
import { noteAnswer } from '../../gate/request-memory.js';
import { StreamMeter } from '../../metrics/stream-meter.js';
import type { ResponseCall } from '../pipeline/call/response-call.js';
import type { PreparedResponse } from '../pipeline/response-pipeline.service.js';
import { collectResponse } from './collect-response.js';
import { writeEventStream } from './event-stream.writer.js';
import { noteOutcome } from './note-outcome.js';
import { warningsHeader } from './warnings-header.js';
import { ownHeaders } from '../../common/security-headers.js';

/** Sends a prepared response as an event stream or as one JSON body, and notes what became of it. */
@Injectable()
export class ResponseSender {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly dump: TrafficDumpService,
    private readonly metrics: MetricsService,
    private readonly heavyWork: HeavyWork,
  ) {}

  /**
   * Sends the response.
   * @throws ApiError while an HTTP status can still say what went wrong.
   */
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
    const { memory } = reply.request;
    const written = writeEventStream(prepared.events, reply, {
      flow,
      inTurn: (work) => this.heavyWork.inTurn(memory, work),
      mayBeLarge: () => isHeavy(memory),
      headers: () => warningsHeader(prepared.translation.requestWarnings),
      onWrite: () => {
        meter.wrote();
      },
      onFrames: this.dump.enabled
        ? (frames) => {
            this.dump.event(outcome.requestId, frames.toString());
          }
        : undefined,
      onFirstEvent: () => {
        outcome.firstEventMs = elapsedSince(outcome.startedAt, this.clock);
      },
      onEnd: () => {
        noteOutcome(prepared, outcome);
      },
    });
    await written.finally(() => {
      meter.ended();
    });
  }

  private async reply(
    prepared: PreparedResponse,
    call: ResponseCall,
    reply: FastifyReply,
  ): Promise<void> {
    const response = await this.collect(prepared, call, reply);
    await this.heavyWork.run(reply.request.memory, () => {
      this.sendJson(response, prepared, reply);
    });
  }

  /**
   * Gives the whole Response.
   * @throws ApiError for what the response failed of, or because the client has left.
   */
  async collect(
    prepared: PreparedResponse,
    { outcome }: ResponseCall,
    reply: FastifyReply,
  ): Promise<ResponseResource> {
    const response = await collectResponse(prepared.events, reply.raw);
    noteOutcome(prepared, outcome);
    const { failure } = prepared.overruled?.() ?? prepared.translation.stream;
    if (failure !== undefined) throw failure;
    return response;
  }

  /**
   * Sends JSON over the hijacked reply, as streams are: on its way through `reply.send` Fastify parses the content type anew each
   * time.
   */
  sendJson(body: object, prepared: PreparedResponse, reply: FastifyReply): void {
    const json = Buffer.from(JSON.stringify(body));
    noteAnswer(reply, json.length);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...ownHeaders(reply),
      'content-type': 'application/json; charset=utf-8',
      'content-length': json.length,
      ...warningsHeader(prepared.translation.requestWarnings),
    });
    reply.raw.end(json);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CLOCK, type Clock } from '../../../common/clock.js';
import type { RequestOutcome } from '../../../logging/request-outcome.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { FlowControl } from '../../backend/chat-backend.port.js';
import { writeEventStream } from '../../delivery/event-stream.writer.js';
import { followEvents } from '../../state/background/follow-events.js';

/** Streams a background response from its log: to the one who created it, and to those who come back to it. */
@Injectable()
export class ReplaySender {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async send(
    owner: string,
    id: string,
    from: number,
    outcome: RequestOutcome,
    reply: FastifyReply,
  ): Promise<void> {
    const flow = new FlowControl();
    outcome.stream = true;
    await writeEventStream(followEvents(this.store.runs, { owner, id, from, flow }), reply, {
      flow,
      headers: {},
      onFrames: () => undefined,
      onFirstEvent: () => {
        outcome.firstEventMs = this.clock.now() - outcome.startedAt;
      },
      onEnd: () => undefined,
    });
  }
}

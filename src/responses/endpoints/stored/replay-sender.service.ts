import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { overloaded } from '../../../common/gate-errors.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { CLOCK, elapsedSince, type Clock } from '../../../common/clock.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import type { RequestOutcome } from '../../../logging/request-outcome.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { FlowControl } from '../../backend/chat-backend.port.js';
import { writeEventStream } from '../../delivery/event-stream.writer.js';
import { followEvents } from '../../state/background/follow-events.js';

/** A refused follower is asked to wait so long. */
const RETRY_AFTER_SECONDS = 1;

/** Streams a background response from its log, to the one who created it and to those who come back to it. */
@Injectable()
export class ReplaySender {
  /** Followers make no backend call, so they have a bound of their own, as high as that of the streams. */
  private readonly most: number;
  private following = 0;

  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly heavyWork: HeavyWork,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.most = settings.load.concurrentStreams;
  }

  async send(
    owner: string,
    id: string,
    from: number,
    outcome: RequestOutcome,
    reply: FastifyReply,
  ): Promise<void> {
    if (this.following >= this.most) throw overloaded(RETRY_AFTER_SECONDS);
    const flow = new FlowControl();
    outcome.stream = true;
    this.following += 1;
    const { memory } = reply.request;
    const inTurn = <Value>(work: () => Value): Promise<Awaited<Value>> =>
      this.heavyWork.inTurn(memory, work);
    const followed = followEvents(this.store.runs, { owner, id, from, flow, inTurn, memory });
    const sent = writeEventStream(followed, reply, {
      flow,
      inTurn,
      mayBeLarge: () => true,
      headers: () => ({}),
      onFirstEvent: () => {
        outcome.firstEventMs = elapsedSince(outcome.startedAt, this.clock);
      },
    });
    await sent.finally(() => {
      this.following -= 1;
    });
  }
}

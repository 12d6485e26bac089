import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { ID_GENERATOR, type IdGenerator } from '../../../common/id-generator.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import { DrainService } from '../../../gate/drain.service.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import type { ResponseEnding } from '../../../store/response-record-store.port.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { createSnapshot } from '../../translator/stream/response-snapshot.js';
import { BackgroundRun } from './background-run.js';
import { Replica } from '../recording/replica.service.js';
import type { RequestState } from '../recording/request-state.js';
import { endingOf, type Recordable } from '../recording/response-recorder.service.js';
import { StoredThoughts } from '../recording/stored-thoughts.service.js';
import { inputToStore } from '../recording/stored-items.js';
import { UnstoredResponses } from '../recording/unstored-responses.service.js';
import { LostRunsService } from './lost-runs.service.js';

/**
 * Begins background responses. A shutdown waits for them as it does for streams; what the grace does not suffice for
 * fails with its backend call.
 */
@Injectable()
export class BackgroundRuns {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly replica: Replica,
    private readonly drain: DrainService,
    private readonly storedThoughts: StoredThoughts,
    private readonly heavyWork: HeavyWork,
    private readonly unstored: UnstoredResponses,
    private readonly lost: LostRunsService,
  ) {}

  /**
   * Stores the response as queued and begins to work on it. Gives it as it was queued. `memory` is released when the run is over.
   * @throws ApiError 503 when it cannot be stored: nobody would ever see the answer.
   */
  async start(
    responseId: string,
    { events, request, thoughts }: Recordable,
    state: RequestState,
    memory: MemoryHold,
  ): Promise<ResponseResource> {
    const { store, replica } = this;
    const { owner } = state;
    const createdAt = Math.floor(this.clock.now() / 1000);
    const options = { responseId, createdAt, model: request.model, stored: true };
    const snapshot = createSnapshot(request, options);
    const response: ResponseResource = { ...snapshot, status: 'queued', background: true };
    const input = inputToStore(request.input, this.ids);
    const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> =>
      this.heavyWork.run<Promise<Value>>(memory, work);
    try {
      await inTurn(() => store.responses.begin({ owner, response, input, replica: replica.id }));
    } catch (error) {
      // The store may have written it all the same, and its client will never know of it.
      this.unstored.discard(owner, responseId);
      throw error;
    }
    const toEnding = (ended: ResponseResource): ResponseEnding =>
      endingOf(ended, input, state, this.storedThoughts.seal(owner, thoughts()));
    const untrack = this.drain.track();
    const onOver = (): void => {
      untrack();
      memory.release();
    };
    const onGivenUp = (): void => {
      this.lost.giveUp(owner, responseId);
    };
    new BackgroundRun({ store, owner, response, events, toEnding, inTurn, onOver, onGivenUp });
    return response;
  }
}

import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { CLOCK, type Clock } from '../../common/clock.js';
import { httpError } from '../../common/error-table.js';
import { ID_GENERATOR, type IdGenerator } from '../../common/id-generator.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import { RESPONSE_STORE, type ResponseStore } from '../../store/response-store.port.js';
import { createSnapshot } from '../translator/stream/response-snapshot.js';
import { BackgroundRun } from './background-run.js';
import { Replica } from './replica.service.js';
import type { RequestState } from './request-state.js';
import { endingOf } from './response-recorder.service.js';
import { inputToStore } from './stored-items.js';

/** The background responses that this process works on. */
@Injectable()
export class BackgroundRuns implements BeforeApplicationShutdown {
  private readonly runs = new Set<BackgroundRun>();

  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly replica: Replica,
  ) {}

  /**
   * Stores the response as queued and begins to work on it. Gives it as it was queued.
   * @throws ApiError 503 when it cannot be stored: nobody would ever see the answer.
   */
  async start(
    responseId: string,
    events: Observable<ResponseEvent[]>,
    request: CreateResponseBody,
    state: RequestState,
  ): Promise<ResponseResource> {
    const { store, replica } = this;
    const { owner } = state;
    const createdAt = Math.floor(this.clock.now() / 1000);
    const options = { responseId, createdAt, model: request.model, stored: true };
    const snapshot = createSnapshot(request, options);
    const response: ResponseResource = { ...snapshot, status: 'queued', background: true };
    const input = inputToStore(request.input, this.ids);
    await store.responses.begin({ owner, response, input, replica: replica.id });
    const run = new BackgroundRun({
      ...{ store, owner, response, events },
      toEnding: (ended) => endingOf(ended, input, state),
      onOver: () => {
        this.runs.delete(run);
      },
    });
    this.runs.add(run);
    return response;
  }

  /** What is not done when the process has to go fails now, rather than when its lease is missed. */
  async beforeApplicationShutdown(): Promise<void> {
    const stopped = httpError(503, 'The server that worked on this response was stopped.');
    const running = [...this.runs];
    for (const run of running) run.fail(stopped);
    await Promise.all(running.map((run) => run.settled()));
  }
}

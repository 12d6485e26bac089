import { Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { ID_GENERATOR, type IdGenerator } from '../../../common/id-generator.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';
import type { StoredItem } from '../../../store/conversation-store.port.js';
import type { ResponseEnding } from '../../../store/response-record-store.port.js';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';
import { isOver } from '../../../store/response-texts.js';
import { HeavyWork } from '../../../gate/heavy-work.service.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import { Replica } from './replica.service.js';
import type { Thought } from '../../translator/thought.js';
import type { RequestState } from './request-state.js';
import { inputToStore } from './stored-items.js';
import { StoredThoughts } from './stored-thoughts.service.js';
import { UnstoredResponses } from './unstored-responses.service.js';

/** This is a response as it comes, with what it answers. */
export interface Recordable {
  events: Observable<ResponseEvent[]>;
  request: CreateResponseBody;
  /** Says what its calls were thought of, by their keys; it is asked once, at the end. */
  thoughts: () => ReadonlyMap<string, Thought>;
}

/**
 * Writes a response down while it goes to the client: begun with its first event, ended before its last one leaves, so
 * that a client never holds an id that is not there. When the store fails the response goes on, and says `store: false`.
 */
@Injectable()
export class ResponseRecorder {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    @Inject(ID_GENERATOR) private readonly ids: IdGenerator,
    private readonly replica: Replica,
    private readonly unstored: UnstoredResponses,
    private readonly storedThoughts: StoredThoughts,
    private readonly heavyWork: HeavyWork,
  ) {}

  /** @param memory is what the request holds: what is large is written when its turn comes. */
  record(
    { events, request, thoughts }: Recordable,
    state: RequestState,
    memory: MemoryHold | undefined,
  ): Observable<ResponseEvent[]> {
    if (!state.stored) return events;
    return new Observable((subscriber) => {
      const input = inputToStore(request.input, this.ids);
      let begun: Promise<boolean> | undefined;
      let last: ResponseResource | undefined;
      let isEnding = false;
      const fail = (error: unknown): void => {
        subscriber.error(error);
      };
      const end = async (batch: ResponseEvent[], response: ResponseResource): Promise<void> => {
        const stored = await this.finish(state.owner, response.id, begun, () =>
          this.heavyWork.run(memory, () => {
            const sealed = this.storedThoughts.seal(state.owner, thoughts());
            const ending = endingOf(asStored(response, true), input, state, sealed);
            return this.store.responses.finish(state.owner, ending);
          }),
        );
        subscriber.next(withStore(batch, stored));
        subscriber.complete();
      };
      const subscription = events.subscribe({
        next: (batch) => {
          const response = responseOf(batch);
          if (response === undefined) {
            subscriber.next(batch);
            return;
          }
          last = response;
          begun ??= this.begin(state.owner, asStored(response, true), input, memory);
          if (!isOver(response.status)) subscriber.next(withStore(batch, true));
          else {
            isEnding = true;
            end(batch, response).catch(fail);
          }
        },
        error: fail,
        complete: () => {
          if (!isEnding) subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        if (last !== undefined && !isOver(last.status))
          this.abandon(state.owner, last, begun, memory);
      };
    });
  }

  private async begin(
    owner: string,
    response: ResponseResource,
    input: readonly StoredItem[],
    memory: MemoryHold | undefined,
  ): Promise<boolean> {
    const record = { owner, response, input, replica: this.replica.id };
    try {
      await this.heavyWork.run(memory, () => this.store.responses.begin(record));
      return true;
    } catch {
      // StoreMonitor has logged and counted it; the `store` of the last event says so to the client.
      return false;
    }
  }

  /** Gives false when it could not be written, or was deleted meanwhile. */
  private async finish(
    owner: string,
    id: string,
    begun: Promise<boolean> | undefined,
    write: () => Promise<boolean>,
  ): Promise<boolean> {
    try {
      if ((await begun) === true) return await write();
    } catch {
      // The store may have written it all the same, as with a failed beginning.
    }
    this.unstored.discard(owner, id);
    return false;
  }

  /** Ends the record of a response whose client left before the end: what it held is released, but its turn has to come as well. */
  private abandon(
    owner: string,
    response: ResponseResource,
    begun: Promise<boolean> | undefined,
    memory: MemoryHold | undefined,
  ): void {
    const cancelled = asStored({ ...response, status: 'cancelled' }, true);
    const left = memory && { caller: memory.caller, onRelease: () => () => undefined };
    void this.finish(owner, response.id, begun, () =>
      this.heavyWork.inTurn(left, () =>
        this.store.responses.finish(owner, { response: cancelled }),
      ),
    );
  }
}

/** Makes the ending of a response. The turn joins the conversation when it came to an answer. */
export function endingOf(
  response: ResponseResource,
  input: readonly StoredItem[],
  { conversationId }: RequestState,
  thoughts: ReadonlyMap<string, string>,
): ResponseEnding {
  const ending = { response, thoughts };
  const answered = response.status === 'completed' || response.status === 'incomplete';
  if (conversationId === undefined || !answered) return ending;
  const output = response.output as unknown as StoredItem[];
  return { ...ending, conversation: { id: conversationId, items: [...input, ...output] } };
}

/** Gives the newest Response of a batch; most batches are tokens and have none. */
function responseOf(batch: readonly ResponseEvent[]): ResponseResource | undefined {
  let last: ResponseResource | undefined;
  for (const event of batch) if ('response' in event) last = event.response;
  return last;
}

/** Changes `store` in the events. Those that share a response go on sharing it, so its JSON is written once. */
function withStore(batch: ResponseEvent[], store: boolean): ResponseEvent[] {
  const copies = new Map<ResponseResource, ResponseResource>();
  return batch.map((event) => {
    if (!('response' in event)) return event;
    const response = copies.get(event.response) ?? asStored(event.response, store);
    copies.set(event.response, response);
    return { ...event, response };
  });
}

function asStored(response: ResponseResource, store: boolean): ResponseResource {
  return { ...response, store };
}

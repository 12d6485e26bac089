import { Observable } from 'rxjs';
import type { ApiError } from '../../../common/api-error.js';
import { asApiError } from '../../../common/error-table.js';
import { notFound } from '../../../common/state-errors.js';
import type { ErrorEvent, ResponseEvent } from '../../../contracts/responses/events.js';
import type { MemoryHold } from '../../../gate/memory-hold.js';
import type { EventBatch, RunStore } from '../../../store/run-store.port.js';
import { jsonCharactersOf } from '../../translator/event-pieces.js';
import type { FlowControl } from '../../backend/chat-backend.port.js';
import { Gate, WakeUp } from './wake-up.js';

/** Notices can be lost with a connection, so the log is read again at least this often. */
const longestWaitMs = 5_000;

/** A page is held as objects and as bytes. */
const bytesPerCharacter = 3;

export interface Following {
  owner: string;
  id: string;
  /** The first event that is wanted has this place in the log. */
  from: number;
  flow: FlowControl;
  /** Runs a read when its turn comes: a page may be one event of many megabytes, and many followers are woken at once. */
  inTurn: <Value>(read: () => Promise<Value>) => Promise<Value>;
  /** Counts what is held for this follower, and pauses `flow` where there is no room. */
  memory?: Pick<MemoryHold, 'grow'> | undefined;
}

/**
 * Gives the events of a background response from place `from` on, live after those that are in the log. It completes with the
 * last one, and reads no further while `flow` is paused. When the response is deleted, the last one is an `error` event; where
 * none was given before, it fails with a 404.
 */
export function followEvents(
  runs: RunStore,
  { owner, id, from, flow, inTurn, memory }: Following,
): Observable<ResponseEvent[]> {
  return new Observable((subscriber) => {
    const changed = new WakeUp();
    const gate = new Gate();
    flow.attach(gate);
    let held = 0;
    const hold = (events: readonly ResponseEvent[]): void => {
      held = bytesPerCharacter * jsonCharactersOf(events, Infinity);
      memory?.grow(held, flow);
    };
    /** Others may have taken the room while this one waited for its turn; `later` then says so. */
    const readPage = async (place: number): Promise<EventBatch | undefined | 'later'> => {
      memory?.grow(held, flow);
      if (!gate.isOpen) return 'later';
      const page = await runs.read(owner, id, place);
      hold(page?.events ?? []);
      return page;
    };
    const read = async (): Promise<void> => {
      // The watch begins before the first read, so that nothing falls between the two.
      const stop = await runs.watch(owner, id, () => {
        changed.wake();
      });
      subscriber.add(stop);
      for (let place = from; !subscriber.closed;) {
        await gate.open;
        const batch = await inTurn(() => readPage(place));
        if (batch === 'later') continue;
        if (batch === undefined) {
          if (place === from) throw wasDeleted();
          subscriber.next([deletedEvent(place)]);
          break;
        }
        place += batch.events.length;
        if (batch.events.length > 0) subscriber.next(batch.events);
        if (batch.over) break;
        if (batch.events.length === 0) await changed.wait(longestWaitMs);
      }
      subscriber.complete();
    };
    read().catch((error: unknown) => {
      subscriber.error(asApiError(error));
    });
    return () => {
      changed.wake();
      gate.resume();
    };
  });
}

function wasDeleted(): ApiError {
  return notFound('The response was deleted.');
}

function deletedEvent(place: number): ErrorEvent {
  const { type, message } = wasDeleted();
  const error = { type, code: 'not_found', message, param: null };
  return { ...error, type: 'error', sequence_number: place, error };
}

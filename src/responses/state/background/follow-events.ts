import { Observable } from 'rxjs';
import { asApiError } from '../../../common/error-table.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { RunStore } from '../../../store/run-store.port.js';
import type { FlowControl } from '../../backend/chat-backend.port.js';
import { Gate, WakeUp } from './wake-up.js';

/** Notices can be lost with a connection, so the log is read again at least this often. */
const longestWaitMs = 5_000;

/**
 * Gives the events of a background response from place `from` on, live after those that are in the log. It completes with the
 * last one, or when the response is deleted, and reads no further while `flow` is paused.
 */
export function followEvents(
  runs: RunStore,
  { owner, id, from, flow }: { owner: string; id: string; from: number; flow: FlowControl },
): Observable<ResponseEvent[]> {
  return new Observable((subscriber) => {
    const changed = new WakeUp();
    const gate = new Gate();
    flow.attach(gate);
    const read = async (): Promise<void> => {
      // The watch begins before the first read, so that nothing falls between the two.
      const stop = await runs.watch(owner, id, () => {
        changed.wake();
      });
      subscriber.add(stop);
      for (let place = from; !subscriber.closed;) {
        await gate.open;
        const batch = await runs.read(owner, id, place);
        if (batch === undefined) break;
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

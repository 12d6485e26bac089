import { Observable } from 'rxjs';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import { CompactionStream, type CompactionContext } from './compaction-stream.js';

export interface CompactEventsOptions extends CompactionContext {
  /** A client that hears nothing for so many milliseconds is told that the response is alive; 0 never tells it. */
  heartbeatMs: number;
  /** A client without a stream gets a failure as an error with a status, not as an event. */
  streamed: boolean;
}

/** Makes events of a compaction of those of a summarising answer. Errors and the abort of the backend pass through. */
export function compactEvents(
  answer: Observable<ResponseEvent[]>,
  options: CompactEventsOptions,
): Observable<ResponseEvent[]> {
  const { heartbeatMs, streamed, now } = options;
  return new Observable((subscriber) => {
    const stream = new CompactionStream(options);
    let emittedAt = now();
    const subscription = answer.subscribe({
      next: (batch) => {
        let events = stream.push(batch);
        if (events.length === 0 && heartbeatMs > 0 && now() - emittedAt >= heartbeatMs) {
          events = stream.heartbeat();
        }
        if (stream.failure !== undefined && !streamed) {
          subscriber.error(stream.failure);
        } else if (events.length > 0) {
          emittedAt = now();
          subscriber.next(events);
        }
      },
      error: (error: unknown) => {
        subscriber.error(error);
      },
      complete: () => {
        subscriber.complete();
      },
    });
    return subscription;
  });
}

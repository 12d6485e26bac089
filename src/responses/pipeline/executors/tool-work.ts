import { Observable } from 'rxjs';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { HostedItems } from '../../translator/stream/hosted-items.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';
import type { ToolWork } from './tool-executor.port.js';

export type Settling = Parameters<ToolWork['settle']>;
type Settler = (items: HostedItems, ...settling: Settling) => void;

/** Work whose events are given out as they come. Unsubscribing aborts it; what it does later goes nowhere. */
export function asEvents(
  begin: (work: (settler: Settler) => ToolWork) => Promise<void>,
  stream: ResponseStream,
): Observable<ResponseEvent[]> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    const { signal } = controller;
    const write = (step: (items: HostedItems) => void): void => {
      if (signal.aborted || stream.response !== undefined) return;
      const events = stream.write(step);
      if (events.length > 0) subscriber.next(events);
    };
    const work = (settler: Settler): ToolWork => ({
      signal,
      getsOn: () => undefined,
      add: (item) => {
        let place = { itemId: item.id, outputIndex: -1 };
        write((items) => {
          place = items.add(item);
        });
        return place;
      },
      tell: (place, events) => {
        write((items) => {
          items.tell(place, events);
        });
      },
      settle: (...settling) => {
        write((items) => {
          settler(items, ...settling);
        });
      },
    });
    begin(work).then(
      () => {
        subscriber.complete();
      },
      (error: unknown) => {
        subscriber.error(error);
      },
    );
    return () => {
      controller.abort();
    };
  });
}

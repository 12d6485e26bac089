import type { ResponseEvent } from '../../../../contracts/responses/events.js';
import type { UnnumberedEvent } from '../../tools/tool-adapter.port.js';

/** Numbers the events, from 0 and without gaps; nobody else does. */
export class EventSequence {
  private next = 0;
  private events: ResponseEvent[] = [];

  /** Takes the event over: its number is written into the object itself, since this path runs per token. */
  emit(event: UnnumberedEvent): void {
    const numbered = event as ResponseEvent;
    numbered.sequence_number = this.next++;
    this.events.push(numbered);
  }

  /** Gives the events since the last call. */
  take(): ResponseEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }
}

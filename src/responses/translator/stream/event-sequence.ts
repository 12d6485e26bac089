import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { UnnumberedEvent } from '../tools/tool-adapter.port.js';

/** The only place where events are numbered: from 0, without gaps. */
export class EventSequence {
  private next = 0;
  private events: ResponseEvent[] = [];

  /** Takes the event over: its number is written into the object itself, this path runs per token. */
  emit(event: UnnumberedEvent): void {
    const numbered = event as ResponseEvent;
    numbered.sequence_number = this.next++;
    this.events.push(numbered);
  }

  /** The events since the last call. */
  take(): ResponseEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }
}

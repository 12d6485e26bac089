import type { TerminalEventType } from '../../../contracts/responses/events.js';
import type { ResponseStatus } from '../../../contracts/responses/response.js';

/** Gives the event that ends a response of this status. */
export function terminalEventType(status: ResponseStatus): TerminalEventType {
  switch (status) {
    case 'incomplete':
      return 'response.incomplete';
    case 'failed':
      return 'response.failed';
    default:
      return 'response.completed';
  }
}

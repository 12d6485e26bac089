import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { ResponseResource } from '../../contracts/responses/response.js';

/**
 * Gives the Response that a stream of events comes to, which is the one that its terminal event carries. A client without a
 * stream gets this, so both kinds of client see the same answer.
 */
export function foldEvents(
  folded: ResponseResource | undefined,
  events: readonly ResponseEvent[],
): ResponseResource | undefined {
  for (const event of events) {
    switch (event.type) {
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return event.response;
      default:
    }
  }
  return folded;
}

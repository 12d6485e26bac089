import type { ServerResponse } from 'node:http';
import type { Observable } from 'rxjs';
import { clientClosed, internalError } from '../../common/error-table.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import { foldEvents } from '../translator/fold-events.js';
import { whenClosed } from './when-closed.js';

/** Collects the whole Response for a client that does not stream. Rejects when the client leaves first; the backend is aborted. */
export function collectResponse(
  events: Observable<ResponseEvent[]>,
  raw: ServerResponse,
): Promise<ResponseResource> {
  return new Promise((resolve, reject) => {
    let response: ResponseResource | undefined;
    const subscription = events.subscribe({
      next: (batch) => {
        response = foldEvents(response, batch);
      },
      error: reject,
      complete: () => {
        if (response === undefined) reject(internalError(new Error('No terminal event.')));
        else resolve(response);
      },
    });
    const stop = whenClosed(raw, () => {
      reject(clientClosed());
      subscription.unsubscribe();
    });
    subscription.add(stop);
  });
}

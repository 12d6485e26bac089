import { Observable } from 'rxjs';
import type { Clock } from '../../../common/clock.js';
import { backendTimeout } from '../../../common/error-table.js';
import { asRecord } from '../../../common/json.js';
import { DONE_CHUNK, type ChatChunk } from '../../../contracts/chat/chunk.js';
import type { BackendLayer } from './backend-layer.js';

/**
 * A backend that has said nothing of its answer in the time that the route leaves to it has failed. Some gateways send the role
 * at once, long before the model is there; that is nothing yet.
 */
export function answerWithinLayer(clock: Clock): BackendLayer {
  return (next) => ({
    stream: (request, context) => {
      const { answerBy } = context;
      if (answerBy === undefined) return next.stream(request, context);
      return new Observable((subscriber) => {
        let isSilent = true;
        const timer = setTimeout(
          () => {
            subscriber.error(backendTimeout('The backend did not answer in time.'));
          },
          Math.max(1, answerBy - clock.now()),
        );
        subscriber.add(() => {
          clearTimeout(timer);
        });
        const source = next.stream(request, context).subscribe({
          next: (chunks) => {
            if (isSilent && !chunks.every(isNothing)) {
              isSilent = false;
              clearTimeout(timer);
            }
            subscriber.next(chunks);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            subscriber.complete();
          },
        });
        subscriber.add(source);
      });
    },
  });
}

/** Tells that a chunk has no choice, or a role and empty fields alone. */
function isNothing(chunk: ChatChunk): boolean {
  const { choices } = chunk;
  if (chunk === DONE_CHUNK || !Array.isArray(choices)) return false;
  return choices.every((choice: unknown) => {
    const { delta, finish_reason: end } = asRecord(choice) ?? {};
    const fields = asRecord(delta);
    if (fields === undefined || (end ?? null) !== null) return false;
    return Object.entries(fields).every(([name, value]) => name === 'role' || isEmpty(value));
  });
}

function isEmpty(value: unknown): boolean {
  return value == null || value === '' || (Array.isArray(value) && value.length === 0);
}

import { throwError, timeout } from 'rxjs';
import type { Clock } from '../../../common/clock.js';
import { backendTimeout } from '../../../common/error-table.js';
import type { BackendLayer } from './backend-layer.js';

/** A backend that has said nothing of its answer in the time that the route leaves to it has failed. */
export function answerWithinLayer(clock: Clock): BackendLayer {
  return (next) => ({
    stream: (request, context) => {
      const { answerBy } = context;
      if (answerBy === undefined) return next.stream(request, context);
      const silent = () => throwError(() => backendTimeout('The backend did not answer in time.'));
      const first = Math.max(1, answerBy - clock.now());
      return next.stream(request, context).pipe(timeout({ first, with: silent }));
    },
  });
}

import { defer } from 'rxjs';
import type { BackendLayer } from './backend-layer.js';
import { watchBoth, watchCalls } from '../breaker/watch-calls.js';

/** Has the breaker and the meter hear what becomes of calls. The breaker is asked first, since what it refuses is no call. */
export function watchedLayer(): BackendLayer {
  return (next) => ({
    stream: (request, context) =>
      watchCalls(
        defer(() => next.stream(request, context)),
        () => {
          const { breaker, meter } = context.backend;
          return watchBoth(breaker.begin(request.model), meter.callBegan(request.model));
        },
      ),
  });
}

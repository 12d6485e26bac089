import { defer } from 'rxjs';
import type { BackendLayer } from './backend-layer.js';
import { watchCalls } from './watch-calls.js';

/** Counts what becomes of calls. It stands inside the breaker, whose own refusals are no calls. */
export function countedLayer(): BackendLayer {
  return (next) => ({
    stream: (request, context) =>
      watchCalls(
        defer(() => next.stream(request, context)),
        () => context.backend.meter.callBegan(request.model),
      ),
  });
}

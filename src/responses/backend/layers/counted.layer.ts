import { defer, tap } from 'rxjs';
import { ApiError } from '../../../common/api-error.js';
import type { BackendMetrics } from '../../../metrics/backend.metrics.js';
import type { BackendLayer } from './backend-layer.js';

/** Counts what the backend failed at. It stands inside the breaker, whose own refusals are no errors of the backend. */
export function countedLayer(metrics: BackendMetrics): BackendLayer {
  return (next) => ({
    stream: (request, context) =>
      defer(() => next.stream(request, context)).pipe(
        tap({
          error: (error: unknown) => {
            if (error instanceof ApiError) metrics.callFailed(error);
          },
        }),
      ),
  });
}

import { ApiError } from '../../../common/api-error.js';
import type { BackendTarget } from '../backend.js';
import type { RoutePlan } from './route-plan.js';

/** This service says these by itself: another backend would not help. */
const ownCodes: ReadonlySet<unknown> = new Set([
  'slow_down',
  'server_shutting_down',
  'client_closed_request',
  'internal_error',
  'empty_answer',
]);

/**
 * Tells whether the plan lets a request go on from one target to another after this error: never for a request that is wrong by
 * itself. A 429 that names a short wait was waited for where retries are left; the client is told of it otherwise.
 */
export function fallsBack(
  error: unknown,
  from: BackendTarget,
  to: BackendTarget,
  { limits, onContextOverflow }: RoutePlan,
): boolean {
  if (!(error instanceof ApiError) || ownCodes.has(error.code)) return false;
  if (error.code === 'context_length_exceeded') {
    return onContextOverflow && hasMoreRoom(from, to);
  }
  if (error.status === 429) {
    const waitMs = (error.retryAfterSeconds ?? Infinity) * 1000;
    return waitMs > limits.longestWaitMs;
  }
  // 408 is how some gateways say that the model took too long; 404 that there is no such model.
  return error.status >= 500 || error.status === 408 || error.status === 404;
}

function hasMoreRoom(from: BackendTarget, to: BackendTarget): boolean {
  const [here, there] = [windowOf(from), windowOf(to)];
  return here !== undefined && there !== undefined && there > here;
}

/** Gives the window in tokens. */
function windowOf({ backend, model }: BackendTarget): number | undefined {
  return backend.dialects.profileOf(model).contextWindow ?? backend.catalog.contextWindow(model);
}

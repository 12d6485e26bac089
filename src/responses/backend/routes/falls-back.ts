import { ApiError } from '../../../common/api-error.js';
import type { BackendTarget } from '../backend.js';

export interface FallbackRules {
  from: BackendTarget;
  to: BackendTarget;
  /** A 429 that names a shorter wait was waited for where retries are left; the client is told of it otherwise. */
  longestWaitMs: number;
  onContextOverflow: boolean;
}

/** What this service says by itself: another backend would not help. */
const ownCodes: ReadonlySet<unknown> = new Set([
  'slow_down',
  'server_shutting_down',
  'client_closed_request',
  'internal_error',
  'empty_answer',
]);

/** Tells whether the next target may be asked after an error of this one: never for a request that is wrong by itself. */
export function fallsBack(error: unknown, rules: FallbackRules): boolean {
  if (!(error instanceof ApiError) || ownCodes.has(error.code)) return false;
  if (error.code === 'context_length_exceeded') {
    return rules.onContextOverflow && hasMoreRoom(rules.from, rules.to);
  }
  if (error.status === 429) {
    const waitMs = (error.retryAfterSeconds ?? Infinity) * 1000;
    return waitMs > rules.longestWaitMs;
  }
  // 408 is how some gateways say that the model took too long; 404 that there is no such model.
  return error.status >= 500 || error.status === 408 || error.status === 404;
}

function hasMoreRoom(from: BackendTarget, to: BackendTarget): boolean {
  const [here, there] = [windowOf(from), windowOf(to)];
  return here !== undefined && there !== undefined && there > here;
}

/** Tokens. */
function windowOf({ backend, model }: BackendTarget): number | undefined {
  return backend.dialects.profileOf(model).contextWindow ?? backend.catalog.contextWindow(model);
}

import { ApiError } from '../../../common/api-error.js';

/**
 * Tells whether an error speaks against the backend itself: it cannot be reached, is too slow, answers 5xx or breaks its stream.
 * What it says about one request (4xx, 429) does not, and neither do the proxy's own faults.
 */
export function isBackendFault(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status >= 500 && error.code !== 'internal_error';
}

const connectTimeouts: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/** Tells whether there was no connection to the host at all, see `transportError`. */
export function isHostFault(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.cause === undefined) return false;
  const { code } = error.cause as { code?: unknown };
  return error.code === 'backend_unavailable' || connectTimeouts.has(code);
}

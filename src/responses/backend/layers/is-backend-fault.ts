import { ApiError } from '../../../common/api-error.js';

/**
 * Whether an error speaks against the backend itself: it cannot be reached, is too slow, answers 5xx or breaks its
 * stream. What it says about one request (4xx, 429) does not, and neither do the proxy's own faults.
 */
export function isBackendFault(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status >= 500 && error.code !== 'internal_error';
}

import { told } from './describe-value.js';
import { apiError, type ApiError } from './api-error.js';
import { invalidRequest, payloadTooLarge } from './error-table.js';

/** This part of the error table is about stored state. */

/** Says that the response, the conversation or the item is not there, or belongs to someone else, which is the same to the caller. */
export function notFound(message: string, param: string | null = null): ApiError {
  return apiError('not_found', message, { param });
}

export function previousResponseNotFound(id: string): ApiError {
  return invalidRequest(
    `Previous response with id '${told(id)}' not found.`,
    'previous_response_id',
    'previous_response_not_found',
  );
}

/** The caller's files take all that they may. */
export function filesFull(most: string): ApiError {
  const message = `You may have ${most}, and this one is beyond. Delete some, or wait for some to expire.`;
  return payloadTooLarge(message, 'file');
}

/** The files of all callers take all that they may. */
export function fileStorageFull(): ApiError {
  return apiError('store_unavailable', 'There is no room for more files (MAX_TOTAL_FILE_BYTES).', {
    retryAfterSeconds: 60,
  });
}

/** The state cannot be reached now. Requests that need none go on without it. */
export function storeUnavailable(cause: unknown): ApiError {
  return apiError('store_unavailable', 'Stored state is not available at the moment.', {
    retryAfterSeconds: 2,
    cause,
  });
}

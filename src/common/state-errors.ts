import { told } from './describe-value.js';
import { apiError, type ApiError } from './api-error.js';
import { invalidRequest } from './error-table.js';

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

/** The state cannot be reached now. Requests that need none go on without it. */
export function storeUnavailable(cause: unknown): ApiError {
  return apiError('store_unavailable', 'Stored state is not available at the moment.', {
    retryAfterSeconds: 2,
    cause,
  });
}

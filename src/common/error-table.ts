import { told } from './describe-value.js';
import { apiError, ApiError, type ApiErrorDetails } from './api-error.js';
import type { CarriedCode, ErrorCode } from './error-codes.js';

/**
 * The words of every failure that a client can see are here. The code of each, with the status and type that follow from it, is
 * in `error-codes.ts`. Refusals that have nothing to do with the request itself are in `gate-errors.ts`.
 */

/** Says that a field of the request is wrong. `param` names it: `input[3].content[0].image_url`. */
export function invalidRequest(
  message: string,
  param: string | null,
  code: ErrorCode | CarriedCode = 'invalid_value',
): ApiError {
  // Names of the client's stand in the message and in the path, so both are cut.
  return new ApiError(message.slice(0, 1_000), {
    status: 400,
    type: 'invalid_request_error',
    code,
    param: param === null ? null : param.slice(0, 300),
  });
}

/** The request asks for something that this proxy does not do. */
export function unsupported(message: string, param: string | null): ApiError {
  return invalidRequest(message, param, 'unsupported_parameter');
}

export function missingApiKey(): ApiError {
  return apiError(
    'missing_api_key',
    'No API key given. Send it as "Authorization: Bearer KEY" or "x-api-key: KEY".',
  );
}

export function modelNotFound(message: string): ApiError {
  return apiError('model_not_found', message, { param: 'model' });
}

export function payloadTooLarge(message: string, param: string | null = null): ApiError {
  return apiError('request_too_large', message, { param });
}

/** The backend could not be reached, or its answer was not one. */
export function backendUnreachable(cause: unknown): ApiError {
  return apiError('backend_unavailable', 'The backend could not be reached.', { cause });
}

export function backendTimeout(message: string, cause?: unknown): ApiError {
  return apiError('backend_timeout', message, { cause });
}

/** Says that the backend itself said no. The classifier in `responses/backend/errors` reads its answer into these details. */
export function backendRefused(message: string, details: ApiErrorDetails): ApiError {
  return new ApiError(message, details);
}

/** Says that the stream broke: reset, end without a finish reason, or something that is no stream at all. */
export function backendStreamBroken(message: string, cause?: unknown): ApiError {
  return apiError('backend_stream_error', message, { cause });
}

/** The model had nothing to say, and the profile calls that a failure. */
export function emptyAnswer(): ApiError {
  return apiError('empty_answer', 'The model answered with neither text nor a tool call.');
}

/** The client went away. Nobody reads it; the log line does. */
export function clientClosed(): ApiError {
  return apiError('client_closed_request', 'The client closed the connection.');
}

export function internalError(cause: unknown): ApiError {
  return apiError('internal_error', 'The proxy failed to handle the request.', { cause });
}

/** Gives the error itself where it is one of the table's; anything else is a fault of ours. */
export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : internalError(error);
}

/** Codex falls back to HTTP at once when a WebSocket is refused so (docs/codex.md). */
export function upgradeRequired(): ApiError {
  return apiError('upgrade_required', 'Use POST for HTTP; GET is for WebSocket upgrades.');
}

/** A WebSocket connection has lived as long as one may. Code and type are OpenAI's. */
export function connectionLimitReached(): ApiError {
  return invalidRequest(
    'The WebSocket connection has reached its limit of 60 minutes. Open a new one to go on.',
    null,
    'websocket_connection_limit_reached',
  );
}

/** Messages of one WebSocket connection are answered one by one; only so many may wait. */
export function tooManyQueued(limit: number): ApiError {
  return apiError(
    'rate_limit_exceeded',
    `At most ${limit} messages of a connection may wait for their turn.`,
    { type: 'rate_limit_error' },
  );
}

/** The bytes of the body are no JSON that this proxy takes. */
export function malformedBody(message: string): ApiError {
  return invalidRequest(message, null, 'invalid_json');
}

/** Helps clients that append their paths to the base URL that they were given. */
function hintOn(path: string): string {
  const isMissing = /^\/(?:responses|chat\/completions|models|conversations|files)\b/.test(path);
  if (isMissing) return ' The base URL of a client ends with /v1.';
  return path.startsWith('/v1/v1/') ? ' The base URL of a client has /v1 once.' : '';
}

export function unknownUrl(method: string, path: string): ApiError {
  return apiError('unknown_url', `Unknown request URL: ${method} ${told(path)}.${hintOn(path)}`);
}

export function methodNotAllowed(method: string, allowed: readonly string[]): ApiError {
  return apiError(
    'method_not_allowed',
    `${method} is not allowed here. Allowed: ${allowed.join(', ')}.`,
  );
}

export function unsupportedMediaType(message: string): ApiError {
  return apiError('unsupported_media_type', message);
}

/** Says that the HTTP server or the framework itself refused, which has a status but no place in this table. */
export function httpError(status: number, message: string, cause?: unknown): ApiError {
  const rateLimited = status === 429;
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return new ApiError(message, {
    status,
    type: rateLimited ? 'rate_limit_error' : type,
    code: rateLimited ? 'rate_limit_exceeded' : null,
    cause,
  });
}

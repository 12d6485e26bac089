import { ApiError, type ApiErrorDetails } from './api-error.js';

/**
 * The table of errors: every failure that a client can see, with its HTTP status, type and code. Refusals that have
 * nothing to do with the request itself are in `gate-errors.ts`.
 * Types and codes are OpenAI's where it has one, since SDKs and Codex match them by string.
 */

/** A field of the request is wrong. `param` names it: `input[3].content[0].image_url`. */
export function invalidRequest(
  message: string,
  param: string | null,
  code = 'invalid_value',
): ApiError {
  return new ApiError(message, { status: 400, type: 'invalid_request_error', code, param });
}

/** The request asks for something that this proxy does not do. */
export function unsupported(message: string, param: string | null): ApiError {
  return invalidRequest(message, param, 'unsupported_parameter');
}

export function missingApiKey(): ApiError {
  return new ApiError(
    'No API key given. Send it as "Authorization: Bearer KEY" or "x-api-key: KEY".',
    { status: 401, type: 'authentication_error', code: 'missing_api_key' },
  );
}

export function modelNotFound(message: string): ApiError {
  return new ApiError(message, {
    status: 404,
    type: 'invalid_request_error',
    code: 'model_not_found',
    param: 'model',
  });
}

export function payloadTooLarge(message: string, param: string | null = null): ApiError {
  return new ApiError(message, {
    status: 413,
    type: 'invalid_request_error',
    code: 'request_too_large',
    param,
  });
}

/** The backend could not be reached, or its answer was not one. */
export function backendUnreachable(cause: unknown): ApiError {
  return new ApiError('The backend could not be reached.', {
    status: 502,
    type: 'server_error',
    code: 'backend_unavailable',
    cause,
  });
}

export function backendTimeout(message: string, cause?: unknown): ApiError {
  return new ApiError(message, {
    status: 504,
    type: 'server_error',
    code: 'backend_timeout',
    cause,
  });
}

/** The backend itself said no. The classifier in `responses/backend/errors` reads its answer into these details. */
export function backendRefused(message: string, details: ApiErrorDetails): ApiError {
  return new ApiError(message, details);
}

/** The stream broke: reset, end without a finish reason, or something that is no stream at all. */
export function backendStreamBroken(message: string, cause?: unknown): ApiError {
  return new ApiError(message, {
    status: 502,
    type: 'server_error',
    code: 'backend_stream_error',
    cause,
  });
}

/** The model had nothing to say, and the profile calls that a failure. */
export function emptyAnswer(): ApiError {
  return new ApiError('The model answered with neither text nor a tool call.', {
    status: 502,
    type: 'server_error',
    code: 'empty_answer',
  });
}

/** The client went away. Nobody reads it; the log line does. */
export function clientClosed(): ApiError {
  return new ApiError('The client closed the connection.', {
    status: 499,
    type: 'invalid_request_error',
    code: 'client_closed_request',
  });
}

export function internalError(cause: unknown): ApiError {
  return new ApiError('The proxy failed to handle the request.', {
    status: 500,
    type: 'server_error',
    code: 'internal_error',
    cause,
  });
}

/** Codex falls back to HTTP at once when a WebSocket is refused so. */
export function upgradeRequired(): ApiError {
  return new ApiError('Use POST for HTTP; GET is for WebSocket upgrades.', {
    status: 426,
    type: 'invalid_request_error',
    code: 'upgrade_required',
  });
}

/** A WebSocket connection has lived as long as one may. Code and type as OpenAI has them. */
export function connectionLimitReached(): ApiError {
  return invalidRequest(
    'The WebSocket connection has reached its limit of 60 minutes. Open a new one to go on.',
    null,
    'websocket_connection_limit_reached',
  );
}

/** Messages of one WebSocket connection are answered one by one; only so many may wait. */
export function tooManyQueued(limit: number): ApiError {
  return new ApiError(`At most ${limit} messages of a connection may wait for their turn.`, {
    status: 429,
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
  });
}

/** The bytes of the body are no JSON that this proxy takes. */
export function malformedBody(message: string): ApiError {
  return invalidRequest(message, null, 'invalid_json');
}

export function unknownUrl(method: string, path: string): ApiError {
  return new ApiError(`Unknown request URL: ${method} ${path}.`, {
    status: 404,
    type: 'invalid_request_error',
    code: 'unknown_url',
  });
}

export function methodNotAllowed(method: string, allowed: readonly string[]): ApiError {
  return new ApiError(`${method} is not allowed here. Allowed: ${allowed.join(', ')}.`, {
    status: 405,
    type: 'invalid_request_error',
    code: 'method_not_allowed',
  });
}

export function unsupportedMediaType(message: string): ApiError {
  return new ApiError(message, {
    status: 415,
    type: 'invalid_request_error',
    code: 'unsupported_media_type',
  });
}

/** A refusal of the HTTP server or the framework itself, which has a status but no place in this table. */
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

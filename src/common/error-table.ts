import { ApiError, type ApiErrorDetails } from './api-error.js';

/**
 * The one table of errors: every failure that a client can see, with its HTTP status, type and code.
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

/** The client went away. Nobody reads it; the log line does. */
export function clientClosed(): ApiError {
  return new ApiError('The client closed the connection.', {
    status: 499,
    type: 'invalid_request_error',
    code: 'client_closed_request',
  });
}

/** The response, the conversation or the item is not there, or belongs to someone else: the same to the caller. */
export function notFound(message: string, param: string | null = null): ApiError {
  return new ApiError(message, {
    status: 404,
    type: 'invalid_request_error',
    code: 'not_found',
    param,
  });
}

export function previousResponseNotFound(id: string): ApiError {
  return invalidRequest(
    `Previous response with id '${id.slice(0, 200)}' not found.`,
    'previous_response_id',
    'previous_response_not_found',
  );
}

/** The state cannot be reached now. Requests that need none go on without it. */
export function storeUnavailable(cause: unknown): ApiError {
  return new ApiError('Stored state is not available at the moment.', {
    status: 503,
    type: 'server_error',
    code: 'store_unavailable',
    retryAfterSeconds: 2,
    cause,
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

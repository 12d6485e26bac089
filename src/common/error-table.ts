import { ApiError } from './api-error.js';

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

export function internalError(cause: unknown): ApiError {
  return new ApiError('The proxy failed to handle the request.', {
    status: 500,
    type: 'server_error',
    code: 'internal_error',
    cause,
  });
}

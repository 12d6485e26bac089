import { apiError, type ApiError } from './api-error.js';

/** These refusals are for the sake of the service: who may come in, and how many. The rest of the table is `error-table.ts`. */

/** Neither PROXY_API_KEYS nor CALLERS_FILE has the client's key. */
export function invalidApiKey(): ApiError {
  return apiError('invalid_api_key', 'Incorrect API key provided.');
}

/** CALLERS_FILE has the client's key, whose time is over. */
export function expiredApiKey(): ApiError {
  return apiError('invalid_api_key', 'The API key has expired.');
}

/** Refuses by RATE_LIMIT_PER_MINUTE. Codex reads the wait from the message (docs/codex.md), others from Retry-After. */
export function rateLimited(retryAfterSeconds: number): ApiError {
  return apiError(
    'rate_limit_exceeded',
    `Too many requests. Please try again in ${retryAfterSeconds}s.`,
    { retryAfterSeconds },
  );
}

/**
 * Refuses because the breaker is open. Clients retry: SDKs by the status, Codex by the status or, in a stream that is open
 * already, because the code is none that it stops at (`server_is_overloaded` is one).
 */
export function backendSuspended(retryAfterSeconds: number): ApiError {
  return apiError('backend_unavailable', 'The backend keeps failing and is given a pause.', {
    status: 503,
    retryAfterSeconds,
  });
}

/** A backend works on as many answers as it may. Another one may have a place. */
export function backendFull(): ApiError {
  return apiError('backend_unavailable', 'The backend works on as many answers as it may.', {
    status: 503,
    retryAfterSeconds: 1,
  });
}

/** Refuses because there is no place for another request. It has OpenAI's code for it, which Codex retries in a stream as well. */
export function overloaded(retryAfterSeconds: number): ApiError {
  return apiError('slow_down', 'The proxy has too many requests at the moment.', {
    retryAfterSeconds,
  });
}

/** Refuses after SIGTERM: new requests at once, streams after SHUTDOWN_GRACE_SECS. Another replica can serve the retry. */
export function shuttingDown(): ApiError {
  return apiError(
    'server_shutting_down',
    'The server is shutting down. Please send the request again.',
    { retryAfterSeconds: 1 },
  );
}

/** The Host header names what is not this service: a page that rebinds its own name to this address. */
export function hostNotAllowed(): ApiError {
  return apiError('host_not_allowed', 'This host name is not allowed. Add it to ALLOWED_HOSTS.');
}

/** A web page of another origin opens a WebSocket. */
export function originNotAllowed(): ApiError {
  return apiError('origin_not_allowed', 'This origin is not allowed. Add it to CORS_ORIGINS.');
}

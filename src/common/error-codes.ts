/** OpenAI's error object has these types (July 2026). */
export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'rate_limit_error'
  | 'requests'
  | 'tokens'
  | 'insufficient_quota'
  | 'server_error';

interface ErrorKindData {
  status: number;
  type: ErrorType;
}

const wrongRequest = { status: 400, type: 'invalid_request_error' } as const;

/**
 * Has every code that this service gives by itself, with the status and type that it has unless the place says otherwise. Codes
 * and types are OpenAI's where it has one, since SDKs and Codex match them by string. The metrics' labels and the check of
 * docs/compatibility.md are taken from here.
 */
export const ERRORS = {
  invalid_json: wrongRequest,
  missing_required_parameter: wrongRequest,
  invalid_type: wrongRequest,
  invalid_value: wrongRequest,
  invalid_request: wrongRequest,
  string_above_max_length: wrongRequest,
  array_above_max_length: wrongRequest,
  object_above_max_length: wrongRequest,
  integer_below_min_value: wrongRequest,
  integer_above_max_value: wrongRequest,
  decimal_below_min_value: wrongRequest,
  decimal_above_max_value: wrongRequest,
  unsupported_parameter: wrongRequest,
  mutually_exclusive_parameters: wrongRequest,
  duplicate_tool: wrongRequest,
  unknown_tool: wrongRequest,
  orphan_tool_output: wrongRequest,
  previous_response_not_found: wrongRequest,
  previous_response_in_progress: wrongRequest,
  not_cancellable: wrongRequest,
  context_length_exceeded: wrongRequest,
  websocket_connection_limit_reached: wrongRequest,
  missing_api_key: { status: 401, type: 'authentication_error' },
  invalid_api_key: { status: 401, type: 'authentication_error' },
  permission_denied: { status: 403, type: 'permission_error' },
  host_not_allowed: { status: 403, type: 'permission_error' },
  origin_not_allowed: { status: 403, type: 'permission_error' },
  not_found: { status: 404, type: 'invalid_request_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  unknown_url: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  conflict: { status: 409, type: 'invalid_request_error' },
  request_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error' },
  upgrade_required: { status: 426, type: 'invalid_request_error' },
  rate_limit_exceeded: { status: 429, type: 'requests' },
  insufficient_quota: { status: 429, type: 'insufficient_quota' },
  client_closed_request: { status: 499, type: 'invalid_request_error' },
  internal_error: { status: 500, type: 'server_error' },
  backend_error: { status: 502, type: 'server_error' },
  backend_unavailable: { status: 502, type: 'server_error' },
  backend_stream_error: { status: 502, type: 'server_error' },
  empty_answer: { status: 502, type: 'server_error' },
  server_is_overloaded: { status: 503, type: 'server_error' },
  slow_down: { status: 503, type: 'server_error' },
  server_shutting_down: { status: 503, type: 'server_error' },
  store_unavailable: { status: 503, type: 'server_error' },
  backend_timeout: { status: 504, type: 'server_error' },
} as const satisfies Record<string, ErrorKindData>;

export type ErrorCode = keyof typeof ERRORS;

/** A code of this kind is not of this table but carried on: a backend's own word, or a warning's in strict mode. */
export type CarriedCode = string & { readonly carried: true };

export function carriedCode(code: string): CarriedCode {
  return code as CarriedCode;
}

export function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && Object.hasOwn(ERRORS, code);
}

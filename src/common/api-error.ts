import type { ErrorBody } from '../contracts/responses/error.js';
import { ERRORS, type CarriedCode, type ErrorCode, type ErrorType } from './error-codes.js';

export interface ApiErrorDetails {
  status: number;
  type: ErrorType;
  code: ErrorCode | CarriedCode | null;
  param?: string | null;
  /** Retry-After is sent with so many seconds. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * Carries what a client may see of an error. `error-codes.ts` has all codes; `error-table.ts` and its neighbours word them.
 * Before the first byte it is an HTTP status with the OpenAI envelope; after it, the `error` of `response.failed`.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly type: ErrorType;
  readonly code: ErrorCode | CarriedCode | null;
  readonly param: string | null;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, details: ApiErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ApiError';
    this.status = details.status;
    this.type = details.type;
    this.code = details.code;
    this.param = details.param ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  toBody(): ErrorBody {
    return {
      error: { message: this.message, type: this.type, param: this.param, code: this.code },
    };
  }
}

/** Makes an error of the table: status and type are the code's own, unless `details` say otherwise. */
export function apiError(
  code: ErrorCode,
  message: string,
  details: Partial<Omit<ApiErrorDetails, 'code'>> = {},
): ApiError {
  return new ApiError(message, { ...ERRORS[code], code, ...details });
}

import type { ErrorBody } from '../contracts/responses/error.js';

export interface ApiErrorDetails {
  status: number;
  type: string;
  code: string | null;
  param?: string | null;
  /** Seconds; sent as Retry-After. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * An error that a client may see. The table of all of them is `error-table.ts`; nothing else builds one by hand.
 * Before the first byte it is an HTTP status with the OpenAI envelope; after it, the `error` of `response.failed`.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
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

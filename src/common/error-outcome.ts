import type { ApiError } from './api-error.js';
import { shortened } from './describe-value.js';

/** Holds what a log line says of a failed request. */
export interface ErrorOutcome {
  errorCode: string;
  /** It is cut, since a client's own values and a backend's whole page may stand in it. */
  errorMessage: string;
  errorParam?: string;
}

const longestMessage = 500;
const longestParam = 300;

export function errorOutcome({ code, type, message, param }: ApiError): ErrorOutcome {
  return {
    errorCode: code ?? type,
    errorMessage: shortened(message, longestMessage),
    ...(param === null ? {} : { errorParam: shortened(param, longestParam) }),
  };
}

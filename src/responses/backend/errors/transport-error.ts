import type { ApiError } from '../../../common/api-error.js';
import {
  backendStreamBroken,
  backendTimeout,
  backendUnreachable,
} from '../../../common/error-table.js';

/** Makes of a failure below HTTP (undici's and the operating system's error codes) the error that the client sees. */
export function transportError(error: Error, answered: boolean): ApiError {
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return backendTimeout('The connection to the backend timed out.', error);
    case 'UND_ERR_HEADERS_TIMEOUT':
      return backendTimeout('The backend did not answer in time.', error);
    case 'UND_ERR_BODY_TIMEOUT':
      return backendTimeout('The backend fell silent in the middle of its answer.', error);
    default:
      return answered
        ? backendStreamBroken('The connection to the backend broke before its answer ended.', error)
        : backendUnreachable(error);
  }
}

import { httpError } from '../../../common/error-table.js';
import type { BackendListener } from '../wire/backend-exchange.js';
import type { CallWatch } from './breaker-call.js';

/** Tells the breaker what becomes of an exchange whose bytes only pass through: its status is all that is known. */
export function watchExchange(listener: BackendListener, call: CallWatch): BackendListener {
  return {
    onStart: (status, headers) => {
      if (status < 400) call.answered();
      else call.failed(httpError(status, `The backend answered with status ${status}.`));
      listener.onStart(status, headers);
    },
    onData: (chunk) => {
      listener.onData(chunk);
    },
    onEnd: () => {
      call.ended();
      listener.onEnd();
    },
    onError: (error) => {
      call.failed(error);
      listener.onError(error);
    },
  };
}

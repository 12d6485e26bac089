import type { ApiError } from '../../../common/api-error.js';
import { backendStreamBroken } from '../../../common/error-table.js';
import { classifyBackendError } from '../errors/classify-backend-error.js';

/** Gateways keep a stream alive by data lines too: an event of that name, or a bare word such as `[PING]`. */
export function isKeepAlive(text: string, eventName: string): boolean {
  if (/^(?:ping|heartbeat|keep-?alive)$/i.test(eventName)) return true;
  return (
    text.length < 40 &&
    /^[[(<:\s]*(?:ping|heartbeat|keep[-_ ]?alive|processing)[\])>:.\s]*$/i.test(text)
  );
}

/** Says what is wrong with an error that came in a stream. */
export function classifyInStream(body: unknown): ApiError {
  return classifyBackendError({ status: undefined, body, nowMs: Date.now() });
}

export function lineTooLong(maxLineBytes: number): ApiError {
  return backendStreamBroken(`The backend sent a line of more than ${maxLineBytes} bytes.`);
}

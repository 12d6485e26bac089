import type { ApiError } from '../../../common/api-error.js';

/** Sends an error as a message of its own; the socket stays open. Source: Open Responses 2026-04-24, "WebSocket". */
export interface ErrorMessage {
  type: 'error';
  status: number;
  /** `code` is never null here: the specification's schema refuses that. */
  error: { type: string; code: string; message: string; param: string | null };
}

export function toErrorMessage({ status, type, code, message, param }: ApiError): ErrorMessage {
  return { type: 'error', status, error: { type, code: code ?? type, message, param } };
}

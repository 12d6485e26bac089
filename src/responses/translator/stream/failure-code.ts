import type { ApiError } from '../../../common/api-error.js';

/** These statuses refuse the request itself: the same request would be refused again. */
const PERMANENT: readonly number[] = [400, 404, 413, 422];

/** A client matches these codes by string in a stream. */
const KEPT: readonly (string | null)[] = ['context_length_exceeded', 'insufficient_quota'];

/**
 * Gives the code of `response.failed`. A request that is wrong is `invalid_prompt`, OpenAI's one code for it in a stream: Codex
 * stops there, while it sends the request five times more after a code that it does not know.
 */
export function failureCode({ status, code }: ApiError): string {
  if (PERMANENT.includes(status) && !KEPT.includes(code)) return 'invalid_prompt';
  return code ?? 'server_error';
}

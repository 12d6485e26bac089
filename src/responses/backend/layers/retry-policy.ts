import { ApiError } from '../../../common/api-error.js';

/** So many milliseconds are waited at most. Clients retry by themselves as well, so what is tried here has to be over soon. */
const longestRetryAfterMs = 5_000;
const firstDelayMs = 250;
const longestDelayMs = 2_000;

/** A call that failed after this time is not tried again: its client has waited enough. */
const longestWaitMs = 15_000;

const retriedStatuses = new Set([502, 503, 504]);

export interface FailedAttempt {
  error: unknown;
  /** The first attempt is 1. */
  number: number;
  /** The first attempt began so long ago. */
  elapsedMs: number;
  /** BACKEND_TIMEOUT_SECS leaves so much to all attempts together. */
  timeoutMs: number;
  /** What another target could answer meanwhile is not waited for any longer. */
  longestWaitMs?: number | undefined;
}

/**
 * Gives the wait before the next attempt in milliseconds, or undefined where there should be none. `random` is 0 to 1. Tried
 * again are connection errors, 502, 503 and 504, and a 429 that says when; never an answer that had begun.
 */
export function retryDelay(attempt: FailedAttempt, random: number): number | undefined {
  const { error, elapsedMs, timeoutMs, longestWaitMs: othersWaitMs } = attempt;
  if (!(error instanceof ApiError) || !isRetried(error)) return undefined;
  // An open breaker or a full backend names its wait; meanwhile another target is asked.
  const namesWait = error.status === 503 && error.retryAfterSeconds !== undefined;
  if (namesWait && othersWaitMs !== undefined) return undefined;
  const delayMs = wait(error.retryAfterSeconds, attempt, random);
  if (delayMs === undefined || elapsedMs > longestWaitMs) return undefined;
  return elapsedMs + delayMs < timeoutMs ? delayMs : undefined;
}

function isRetried({ status, code, retryAfterSeconds }: ApiError): boolean {
  if (status === 429) return retryAfterSeconds !== undefined && code === 'rate_limit_exceeded';
  // A broken stream had an answer before: the model has worked, and may have been paid for.
  return retriedStatuses.has(status) && code !== 'backend_stream_error';
}

function wait(
  wantedSeconds: number | undefined,
  { number, longestWaitMs = longestRetryAfterMs }: FailedAttempt,
  random: number,
): number | undefined {
  if (wantedSeconds === undefined) {
    const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** (number - 1));
    return ceiling * (0.5 + random / 2);
  }
  const wantedMs = wantedSeconds * 1000;
  // It comes a little later than asked, so that not all come back at once.
  const longestMs = Math.min(longestRetryAfterMs, longestWaitMs);
  return wantedMs > longestMs ? undefined : wantedMs + random * firstDelayMs;
}

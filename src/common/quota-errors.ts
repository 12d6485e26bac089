import { apiError, type ApiError } from './api-error.js';

/** What a caller of CALLERS_FILE may use in a minute is used up. Codex reads the wait from the message (docs/codex.md). */
export function callerRateReached(
  caller: string,
  unit: 'requests' | 'tokens',
  limit: number,
  retryAfterSeconds: number,
): ApiError {
  const short = unit === 'requests' ? 'RPM' : 'TPM';
  return apiError(
    'rate_limit_exceeded',
    `Rate limit reached for ${caller} on ${unit} per min (${short}): Limit ${limit}. ` +
      `Please try again in ${retryAfterSeconds}s.`,
    { type: unit, retryAfterSeconds },
  );
}

/**
 * The budget of a caller of CALLERS_FILE is used up.
 * @param budget such as `5000 tokens per day`.
 * @param opensAt is in milliseconds since the epoch.
 */
export function budgetUsedUp(
  caller: string,
  budget: string,
  opensAt: number,
  retryAfterSeconds: number,
): ApiError {
  const moment = new Date(opensAt).toISOString().replace('.000Z', 'Z');
  return apiError(
    'insufficient_quota',
    `${caller} has used up its budget of ${budget}. It opens again at ${moment}.`,
    { retryAfterSeconds },
  );
}

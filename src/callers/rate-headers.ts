import type { CallerLimits } from '../common/caller-limits.js';
import { periodAt } from './periods.js';

/** Gives the headers by which OpenAI tells of limits per minute. `used` is what is known to be used of this minute. */
export function rateHeaders(
  { requestsPerMinute, tokensPerMinute }: CallerLimits,
  now: number,
  used: (unit: 'requests' | 'tokens') => number | undefined,
): Record<string, string> {
  const resetsIn = `${Math.max(1, Math.ceil((periodAt('minute', now).endsAt - now) / 1000))}s`;
  const headers: Record<string, string> = {};
  for (const [unit, limit] of [
    ['requests', requestsPerMinute],
    ['tokens', tokensPerMinute],
  ] as const) {
    if (limit === undefined) continue;
    headers[`x-ratelimit-limit-${unit}`] = String(limit);
    headers[`x-ratelimit-remaining-${unit}`] = String(Math.max(0, limit - (used(unit) ?? 0)));
    headers[`x-ratelimit-reset-${unit}`] = resetsIn;
  }
  return headers;
}

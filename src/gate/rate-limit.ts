import type { RateLimitPluginOptions } from '@fastify/rate-limit';
import type { ApiError } from '../common/api-error.js';
import { rateLimited } from '../common/gate-errors.js';
import type { LoadMetrics } from '../metrics/load.metrics.js';
import { isApiRoute } from './api-route.js';

/** So many callers are remembered; beyond it the one that has been silent the longest is forgotten. */
const rememberedCallers = 10_000;

/** Limits by RATE_LIMIT_PER_MINUTE, counted per key, or per address where there is none. */
export function rateLimitOptions(
  requestsPerMinute: number,
  metrics: LoadMetrics,
): RateLimitPluginOptions {
  return {
    max: requestsPerMinute,
    timeWindow: '1 minute',
    cache: rememberedCallers,
    allowList: (request) => !isApiRoute(request),
    keyGenerator: ({ caller }) => caller,
    onExceeded: () => {
      metrics.requestRefused('rate_limit');
    },
    errorResponseBuilder: (_request, { ttl }) => limitExceeded(ttl),
  };
}

/**
 * Makes the refusal.
 * @param leftMs says how much of the window, which is used up, is left.
 */
export function limitExceeded(leftMs: number): ApiError {
  return rateLimited(Math.max(1, Math.ceil(leftMs / 1000)));
}

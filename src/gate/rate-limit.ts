import type { RateLimitPluginOptions } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { ApiError } from '../common/api-error.js';
import { rateLimited } from '../common/gate-errors.js';
import type { Settings } from '../config/settings.js';
import type { LoadMetrics } from '../metrics/load.metrics.js';
import { isApiRoute } from './api-route.js';
import { RateWindows } from './rate-windows.js';

/** Says how many requests the caller may send in a minute; 0 sets no limit. */
export function requestsPerMinuteOf(
  { identity }: Pick<FastifyRequest, 'identity'>,
  { access }: Pick<Settings, 'access'>,
): number {
  return identity?.requestsPerMinute ?? access.requestsPerMinute;
}

/** Limits by RATE_LIMIT_PER_MINUTE or what CALLER says, counted per caller, or per address where there is no key. */
export function rateLimitOptions(settings: Settings, metrics: LoadMetrics): RateLimitPluginOptions {
  return {
    max: (request) => requestsPerMinuteOf(request, settings),
    timeWindow: '1 minute',
    store: RateWindows,
    allowList: (request) => !isApiRoute(request) || requestsPerMinuteOf(request, settings) === 0,
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

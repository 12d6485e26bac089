import type { RoutePlan } from './route-plan.js';

/**
 * Gives the milliseconds that the attempt at the plan's target `index` may take: its backend's own limit where so much time is
 * left, else a fair part of what is left for all.
 */
export function attemptMs(
  { limits, targets }: RoutePlan,
  index: number,
  elapsedMs: number,
): number {
  const { backend } = targets[index] ?? targets[0];
  const left = limits.timeoutMs - elapsedMs;
  const own = backend.settings.backend.firstByteTimeoutMs;
  const asked = Math.min(targets.length, limits.attempts) - index;
  return own < left ? own : left / Math.max(1, asked);
}

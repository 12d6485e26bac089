import type { FastifyRateLimitStore } from '@fastify/rate-limit';
import { LRUCache } from 'lru-cache';

/** So many callers are remembered; beyond it the one that has been silent the longest is forgotten. */
const rememberedCallers = 10_000;

interface RateWindow {
  current: number;
  endsAt: number;
}

/** Counts the requests of each caller. The library's own count goes by the time of day: set back an hour, a minute would last as long. */
export class RateWindows implements FastifyRateLimitStore {
  private readonly windows = new LRUCache<string, RateWindow>({ max: rememberedCallers });

  incr(
    caller: string,
    counted: (error: Error | null, result: { current: number; ttl: number }) => void,
    timeWindow: number,
  ): void {
    const now = performance.now();
    const known = this.windows.get(caller);
    const isOver = known === undefined || known.endsAt <= now;
    const window = isOver ? { current: 0, endsAt: now + timeWindow } : known;
    window.current += 1;
    this.windows.set(caller, window);
    counted(null, { current: window.current, ttl: window.endsAt - now });
  }

  child(): this {
    return this;
  }
}

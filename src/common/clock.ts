export const CLOCK = Symbol('CLOCK');

/** Gives milliseconds since the epoch. It is passed in wherever time is read, so that tests own it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/**
 * Gives milliseconds since the process began, for how long something takes or may take: the time of day jumps when somebody sets the
 * clock, or a machine wakes up. It means nothing to anybody else.
 */
export const monotonicClock: Clock = { now: () => performance.now() };

/** Gives the milliseconds since a moment of this clock; a clock that was set back has passed none. */
export function elapsedSince(startedAt: number, clock: Clock): number {
  return Math.max(0, clock.now() - startedAt);
}

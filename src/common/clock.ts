export const CLOCK = Symbol('CLOCK');

/** Gives milliseconds since the epoch. It is passed in wherever time is read, so that tests own it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

import { monotonicClock, type Clock } from './clock.js';

/** A clock is put right by less than this all the time. */
const jumpMs = 60_000;
/** Whoever set a clock wrong has found out by then. */
const doubtMs = 3_600_000;

/** Notices that the clock has jumped ahead, for what cannot be undone when it comes back. */
export class ClockJumps {
  /** The clock is ahead of the time that has passed by this much, as far as it is believed. */
  private ahead: number;
  private doubtedSince: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly passed: Clock = monotonicClock,
  ) {
    this.ahead = this.aheadNow();
  }

  /** Tells whether the clock is ahead of the time that has passed, by more than a minute, and since less than an hour. */
  isDoubtful(): boolean {
    const ahead = this.aheadNow();
    const now = this.passed.now();
    if (ahead - this.ahead > jumpMs) {
      this.doubtedSince ??= now;
      if (now - this.doubtedSince < doubtMs) return true;
    }
    this.ahead = ahead;
    this.doubtedSince = undefined;
    return false;
  }

  private aheadNow(): number {
    return this.clock.now() - this.passed.now();
  }
}

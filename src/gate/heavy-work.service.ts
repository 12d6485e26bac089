import { Injectable } from '@nestjs/common';
import { clientClosed } from '../common/error-table.js';
import { CallerLines, type WaitingHold } from './caller-lines.js';
import type { MemoryHold } from './memory-hold.js';

/** Less than this, which a body of 64 KiB holds, is worked on at once. */
const heavyBytes = 256 * 1024;

/** Tells that what is held is worked on in turn. */
export function isHeavy(hold: MemoryHold | undefined): boolean {
  return hold !== undefined && hold.held >= heavyBytes;
}

/** Work of so many milliseconds in all is followed by a rest. */
const restAfterMs = 20;

/** Longer work is followed by a rest of its own length, so that what others began is done before the next. */
const longMs = 50;

/** A rest has so many turns of the event loop at least: on a busy machine its time may pass without one. */
const loopTurns = 4;

/**
 * Runs work on large bodies and answers, which blocks the thread: parsing, translating, writing as JSON. One piece goes after the
 * other, and after some milliseconds of it a rest in which everybody else is served; the callers take turns. Without it
 * the bodies that come in at the same time are worked on in one go.
 */
@Injectable()
export class HeavyWork {
  private readonly lines = new CallerLines();
  private isBusy = false;
  private workedMs = 0;

  /**
   * Runs `work` when its turn comes; at once where little is held. Everything counts that goes on without waiting for the world:
   * behind an `await` of what is there already it is the same stretch of work, as is what the caller does with the value.
   * Rejects with what it throws, and with ApiError 499 when the hold was released before.
   */
  async run<Value>(hold: MemoryHold | undefined, work: () => Value): Promise<Awaited<Value>> {
    if (hold?.isReleased === true) throw clientClosed();
    return isHeavy(hold) ? this.inTurn(hold, work) : await work();
  }

  /** Runs `work` as `run` does where much is held: of what is read from a store nobody knows how much it is before. */
  async inTurn<Value>(hold: WaitingHold | undefined, work: () => Value): Promise<Awaited<Value>> {
    if (hold === undefined) return await work();
    const turn = this.lines.wait(hold);
    if (!this.isBusy) this.next();
    await turn;
    const startedAt = performance.now();
    // Node calls this behind the last promise that is settled by now.
    process.nextTick(() => {
      this.rest(performance.now() - startedAt);
    });
    return await work();
  }

  private next(): void {
    this.isBusy = this.lines.next();
  }

  private rest(milliseconds: number): void {
    this.workedMs += milliseconds;
    if (this.workedMs < restAfterMs) {
      this.next();
      return;
    }
    const restMs = this.workedMs < longMs ? this.workedMs / 4 : this.workedMs;
    this.workedMs = 0;
    setTimeout(() => {
      this.after(loopTurns);
    }, restMs);
  }

  private after(turns: number): void {
    if (turns === 0) this.next();
    else
      setImmediate(() => {
        this.after(turns - 1);
      });
  }
}

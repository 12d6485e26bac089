import { performance as eventLoop } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../../config/settings.js';

/** The event loop's utilization is that of so long a time. */
const windowMs = 100;

/** Streams that are due within so many milliseconds of one another are worked off together. */
const slackMs = 4;

/** What is paced: it keeps what it reads until it is told to work it off. */
export interface Paced {
  workOff(): void;
}

/**
 * Lets streams wait under load, so that several tokens cost what one does: one translation, and one write to the client.
 * While the event loop is busy, a stream is worked off STREAM_PACE_MS after its first token that waits; while it is not, no
 * stream waits. All streams share one timer.
 */
@Injectable()
export class StreamPacer {
  private readonly paceMs: number;
  private readonly busyAbove: number;
  private readonly waiting = new Map<Paced, number>();
  private timer: NodeJS.Timeout | undefined;
  private utilization = eventLoop.eventLoopUtilization();
  private measuredAt = performance.now();
  private busy = false;

  constructor(@Inject(SETTINGS) { load }: Pick<Settings, 'load'>) {
    this.paceMs = load.paceMs;
    this.busyAbove = load.paceAbove;
  }

  /** Tells that streams should wait. */
  get isBusy(): boolean {
    if (this.paceMs === 0) return false;
    const now = performance.now();
    if (now - this.measuredAt >= windowMs) this.measure(now);
    return this.busy;
  }

  /** Works the stream off when its time has come. */
  hold(stream: Paced): void {
    if (this.waiting.has(stream)) return;
    this.waiting.set(stream, performance.now() + this.paceMs);
    this.timer ??= setTimeout(this.workOffDue, this.paceMs);
  }

  /** The stream has been worked off, or is over. */
  drop(stream: Paced): void {
    this.waiting.delete(stream);
  }

  private measure(now: number): void {
    const until = eventLoop.eventLoopUtilization();
    const { utilization } = eventLoop.eventLoopUtilization(until, this.utilization);
    this.utilization = until;
    this.measuredAt = now;
    this.busy = utilization >= this.busyAbove;
  }

  /** All wait equally long, so the first of them is the first that is due. */
  private readonly workOffDue = (): void => {
    const now = performance.now();
    this.timer = undefined;
    for (const [stream, dueAt] of this.waiting) {
      if (dueAt > now + slackMs) {
        this.timer = setTimeout(this.workOffDue, dueAt - now);
        return;
      }
      this.waiting.delete(stream);
      stream.workOff();
    }
  };
}

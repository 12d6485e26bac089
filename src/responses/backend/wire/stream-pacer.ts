import { performance as eventLoop } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../../config/settings.js';

/** The event loop's utilization is that of so long a time. */
const windowMs = 100;

/** A process that was busy is so until its utilization is below this part of what makes it busy, since pacing itself lowers it. */
const restsBelow = 0.5;

/** Streams that are due within so many milliseconds of one another are worked off together. */
const slackMs = 4;

/** Streams that are due are worked off for so long at once: then new requests, and what else has come, get their turn. */
const sliceMs = 3;

/** The clock is looked at behind so many streams. */
const streamsPerLook = 8;

/** What is paced: it keeps what it reads until it is told to work it off. */
export interface Paced {
  /** Says how many milliseconds lay between its last two reads; what comes less often than it may wait has nothing to wait for. */
  readonly gapMs: number;
  workOff(): void;
}

/** These have read something in the same turn of the event loop. */
interface Readers {
  streams: Paced[];
  /** This is on the clock of `performance.now`. */
  dueAt: number;
}

/**
 * Says when streams work off what they have read. What one turn of the event loop reads is worked off together at the turn's
 * end: the code and the data of one step are then in the processor's caches for all streams, and not flushed by the system
 * calls between them. While the event loop is busy, that end is STREAM_PACE_MS later for streams whose tokens come
 * faster than that, so that several of them cost what one does: one translation, and one write to the client. All streams share one timer.
 */
@Injectable()
export class StreamPacer {
  private readonly paceMs: number;
  private readonly busyAbove: number;
  /** These have read something in this turn. */
  private readers: Paced[] = [];
  private waiting: Readers[] = [];
  /** These are to be worked off now. */
  private due: Paced[] = [];
  private timer: NodeJS.Timeout | undefined;
  private turn: NodeJS.Immediate | undefined;
  private turnAt = 0;
  private utilization = eventLoop.eventLoopUtilization();
  private measuredAt = performance.now();
  private busy = false;

  constructor(@Inject(SETTINGS) { load }: Pick<Settings, 'load'>) {
    this.paceMs = load.paceMs;
    this.busyAbove = load.paceAbove;
  }

  /** Gives the end of the last turn that has read something, on the clock of `performance.now`. */
  get lastTurnAt(): number {
    return this.turnAt;
  }

  /** Works the stream off when its time has come; until then it is not held again. */
  hold(stream: Paced): void {
    this.readers.push(stream);
    this.turn ??= setImmediate(this.endTurn);
  }

  private readonly endTurn = (): void => {
    this.turn = undefined;
    const { readers } = this;
    if (readers.length > 0) {
      this.readers = [];
      this.turnAt = performance.now();
      if (this.isBusy(this.turnAt)) this.wait(readers);
      else this.becomeDue(readers);
    }
    this.workOff();
  };

  private wait(readers: readonly Paced[]): void {
    const streams: Paced[] = [];
    for (const stream of readers) (stream.gapMs > this.paceMs ? this.due : streams).push(stream);
    if (streams.length === 0) return;
    this.waiting.push({ streams, dueAt: this.turnAt + this.paceMs });
    this.timer ??= setTimeout(this.wake, this.paceMs);
  }

  /** All wait equally long, so those that came first are due first. */
  private readonly wake = (): void => {
    const now = performance.now();
    const later = this.waiting.findIndex(({ dueAt }) => dueAt > now + slackMs);
    const ended = this.waiting.splice(0, later === -1 ? this.waiting.length : later);
    const [first] = this.waiting;
    this.timer = first && setTimeout(this.wake, first.dueAt - now);
    for (const { streams } of ended) this.becomeDue(streams);
    this.workOff();
  };

  private becomeDue(streams: Paced[]): void {
    if (this.due.length === 0) this.due = streams;
    else for (const stream of streams) this.due.push(stream);
  }

  private workOff(): void {
    const { due } = this;
    const until = performance.now() + sliceMs;
    let done = 0;
    while (done < due.length && (done % streamsPerLook > 0 || performance.now() < until)) {
      due[done]?.workOff();
      done += 1;
    }
    due.splice(0, done);
    if (due.length > 0) this.turn ??= setImmediate(this.endTurn);
  }

  private isBusy(now: number): boolean {
    if (this.paceMs > 0 && now - this.measuredAt >= windowMs) {
      const until = eventLoop.eventLoopUtilization();
      const { utilization } = eventLoop.eventLoopUtilization(until, this.utilization);
      this.utilization = until;
      this.measuredAt = now;
      this.busy = utilization >= this.busyAbove * (this.busy ? restsBelow : 1);
    }
    return this.busy;
  }
}

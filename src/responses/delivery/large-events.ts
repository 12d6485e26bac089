import type { ResponseEvent } from '../../contracts/responses/events.js';
import { firstPiece } from '../translator/event-pieces.js';

/** Runs work on what is large when its turn comes. */
export type InTurn = (work: () => void) => Promise<void>;

interface LargeEventsOptions {
  inTurn: InTurn;
  write: (piece: readonly ResponseEvent[]) => void;
  /** Resolves when the client has taken what was written, but for a little, or has left. */
  taken: () => Promise<void>;
}

/**
 * Writes large events one by one, each when its turn comes and the one before it has been taken: the end of a long answer
 * tells all of it four times.
 */
export class LargeEvents {
  private waiting: ResponseEvent[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly options: LargeEventsOptions) {}

  /** Tells that some are under way, so that all others come behind them. */
  get areWaiting(): boolean {
    return this.running !== undefined;
  }

  /** Resolves when all are written. Rejects with what went wrong with one, and when the client has left. */
  add(events: readonly ResponseEvent[]): Promise<void> {
    this.waiting = [...this.waiting, ...events];
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    const { inTurn, write, taken } = this.options;
    while (this.waiting.length > 0) {
      await inTurn(() => {
        const piece = firstPiece(this.waiting);
        this.waiting = this.waiting.slice(piece.length);
        write(piece);
      });
      await taken();
    }
  }
}

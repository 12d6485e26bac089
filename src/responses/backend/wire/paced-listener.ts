import type { ApiError } from '../../../common/api-error.js';
import type { BackendHeaders } from '../errors/error-shape.js';
import type { BackendListener } from './backend-exchange.js';
import type { Paced, StreamPacer } from './stream-pacer.js';

/** These reads never wait: the first has often only a role in it, and the second the first token. */
const freeReads = 2;

/** So much is worked off at once, since it is no longer tokens that trickle. */
const mostHeldBytes = 16 * 1024;

/** Stands before the reader of a stream and lets its data wait as StreamPacer says. */
export class PacedListener implements BackendListener, Paced {
  private reads = 0;
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** The pacer has it and will call `workOff`. */
  private isWaiting = false;
  private readAt = 0;
  gapMs = 0;

  constructor(
    private readonly next: BackendListener,
    private readonly pacer: StreamPacer,
  ) {}

  onStart(status: number, headers: BackendHeaders): void {
    this.next.onStart(status, headers);
  }

  onData(chunk: Buffer): void {
    const { lastTurnAt } = this.pacer;
    this.gapMs = lastTurnAt - this.readAt;
    this.readAt = lastTurnAt;
    if (this.reads < freeReads) {
      this.reads += 1;
      this.next.onData(chunk);
    } else {
      this.hold(chunk);
    }
  }

  onEnd(): void {
    this.giveOut();
    this.next.onEnd();
  }

  onError(error: ApiError): void {
    this.giveOut();
    this.next.onError(error);
  }

  workOff(): void {
    this.isWaiting = false;
    this.giveOut();
  }

  /** Forgets what is held, since nobody wants it any more. */
  drop(): void {
    if (this.heldBytes === 0) return;
    this.held = [];
    this.heldBytes = 0;
  }

  private hold(chunk: Buffer): void {
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes > mostHeldBytes) this.giveOut();
    else if (!this.isWaiting) {
      this.isWaiting = true;
      this.pacer.hold(this);
    }
  }

  private giveOut(): void {
    const { held } = this;
    this.drop();
    const [first] = held;
    if (first !== undefined) this.next.onData(held.length === 1 ? first : Buffer.concat(held));
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';
import { MemoryAccount } from './memory-account.js';
import { MemoryHold, type Pausable } from './memory-hold.js';

/** One caller may hold this part of it. */
const share = 0.75;

/** A caller that holds no more than this part of the whole may go past the whole, up to so much more. */
const small = 0.1;
const reserve = 0.25;

/** This memory is dropped when somebody needs the room; its owner finds it gone. */
interface IdleMemory {
  bytes: number;
  drop: () => void;
}

/** An answer waits for room, and counts for this account of its caller. */
interface PausedAnswer {
  flow: Pausable;
  account: MemoryAccount<MemoryHold>;
}

/**
 * Counts what clients make this process hold (bodies, answers under way, answers and messages that nobody takes), against
 * MAX_MEMORY_MB and the share of each caller. Past it new work is refused. Work that runs goes on: at first idle memory is
 * dropped, then answers that grow are paused, all but one, until there is room again. So what is held is never more than
 * the limit and one answer, and a little for callers that need little.
 */
@Injectable()
export class MemoryBudget {
  private readonly total: MemoryAccount<MemoryHold>;
  private readonly shares = new Map<string, MemoryAccount<MemoryHold>>();
  private readonly shareBytes: number;
  /** Holds paused answers, in the order in which they came to it. */
  private readonly waiting = new Map<MemoryHold, PausedAnswer>();
  /** The oldest comes first. */
  private readonly idle = new Map<IdleMemory, MemoryAccount<MemoryHold>>();

  constructor(@Inject(SETTINGS) { load }: Settings, metrics: LoadMetrics) {
    this.total = new MemoryAccount(load.memoryBytes);
    this.shareBytes = load.memoryBytes * share;
    metrics.observeMemory(() => this.total.taken + this.total.idle);
  }

  /** Tells whether new work that holds so many bytes would be refused. Who holds nothing is served whatever it is. */
  isFullFor(caller: string, bytes = 0): boolean {
    const account = this.shares.get(caller);
    if (account?.isBeyond(bytes) === true) return true;
    return this.total.isBeyond(bytes, this.limitFor(account, bytes));
  }

  /** Opens a count, which has to be released. */
  open(caller: string): MemoryHold {
    const account = this.accountOf(caller);
    account.holds += 1;
    return new MemoryHold(caller, {
      changed: (bytes) => {
        this.change(account, bytes);
      },
      grown: (hold, flow) => {
        if (this.mayGrow(hold, account) || this.waiting.has(hold)) return;
        this.waiting.set(hold, { flow, account });
        flow.pause(this);
      },
      released: (hold) => {
        this.waiting.delete(hold);
        this.total.leave(hold);
        account.leave(hold);
        account.holds -= 1;
        this.tidy(caller, account);
        this.resume();
      },
    });
  }

  /** Holds memory for which nobody waits. Gives the way to release it; `drop` is called when others need the room. */
  keep(caller: string, bytes: number, drop: () => void): () => void {
    const account = this.accountOf(caller);
    const memory = { bytes, drop };
    const release = (): void => {
      if (!this.idle.delete(memory)) return;
      account.idle -= bytes;
      this.total.idle -= bytes;
      this.tidy(caller, account);
    };
    memory.drop = () => {
      release();
      drop();
    };
    this.idle.set(memory, account);
    account.idle += bytes;
    this.total.idle += bytes;
    this.dropIdle(account);
    return release;
  }

  private accountOf(caller: string): MemoryAccount<MemoryHold> {
    let account = this.shares.get(caller);
    if (account === undefined) {
      account = new MemoryAccount(this.shareBytes);
      this.shares.set(caller, account);
    }
    return account;
  }

  /**
   * Gives the limit of the whole for a caller: the answer that one goes on with past its share must not keep those out that need
   * little.
   */
  private limitFor(account?: MemoryAccount<MemoryHold>, bytes = 0): number {
    const { limit } = this.total;
    const isSmall = (account?.taken ?? 0) + bytes <= small * limit;
    return isSmall ? (1 + reserve) * limit : limit;
  }

  private tidy(caller: string, account: MemoryAccount<MemoryHold>): void {
    if (account.holds > 0 || account.idle > 0) return;
    if (this.shares.get(caller) === account) this.shares.delete(caller);
  }

  private change(account: MemoryAccount<MemoryHold>, bytes: number): void {
    account.taken += bytes;
    this.total.taken += bytes;
    if (bytes > 0) this.dropIdle(account);
    else this.resume();
  }

  private mayGrow(hold: MemoryHold, account: MemoryAccount<MemoryHold>): boolean {
    if (!account.mayGrow(hold)) return false;
    return this.total.taken < this.limitFor(account) || this.total.mayGrow(hold);
  }

  private resume(): void {
    for (const [hold, { flow, account }] of this.waiting) {
      if (!this.mayGrow(hold, account)) continue;
      this.waiting.delete(hold);
      flow.resume(this);
    }
  }

  private dropIdle(account: MemoryAccount<MemoryHold>): void {
    if (!account.isCrowded && !this.total.isCrowded) return;
    for (const [memory, owner] of this.idle) {
      if (this.total.isCrowded || (owner === account && account.isCrowded)) memory.drop();
      if (!account.isCrowded && !this.total.isCrowded) return;
    }
  }
}

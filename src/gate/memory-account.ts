/** Counts bytes held against a limit, of one caller or of the process. `Hold` is who holds. */
export class MemoryAccount<Hold> {
  taken = 0;
  /** Counts what can be dropped at any time, beside what is taken. */
  idle = 0;
  /** Counts how many hold something, or may do so soon. */
  holds = 0;
  /** Names who goes on growing past the limit. */
  private runner: Hold | undefined;

  constructor(readonly limit: number) {}

  /** Tells that together with idle memory it is too much. */
  get isCrowded(): boolean {
    return this.taken + this.idle > this.limit;
  }

  /** Tells whether so many bytes more are too many. Where nothing is taken they never are. */
  isBeyond(bytes: number, limit = this.limit): boolean {
    return this.taken > 0 && (this.taken >= limit || this.taken + bytes > limit);
  }

  /** Lets one alone go on past the limit, until it is over: if all waited, nothing would ever be released. */
  mayGrow(hold: Hold): boolean {
    if (this.taken < this.limit) return true;
    this.runner ??= hold;
    return this.runner === hold;
  }

  leave(hold: Hold): void {
    if (this.runner === hold) this.runner = undefined;
  }
}

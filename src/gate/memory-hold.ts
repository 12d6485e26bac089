/** Holds a producer back, for several who have reasons of their own. */
export interface Pausable {
  pause(by: object): void;
  resume(by: object): void;
}

export interface HoldWatcher {
  /** Is told of a change. @param bytes says how many more, or fewer where negative. */
  changed(bytes: number): void;
  grown(hold: MemoryHold, flow: Pausable): void;
  released(hold: MemoryHold): void;
}

/** Counts what one piece of work holds of the memory. */
export class MemoryHold {
  private bytes = 0;
  /** It held so much before it began to grow. */
  private base = 0;
  isReleased = false;
  private readonly whenReleased = new Set<() => void>();

  constructor(
    readonly caller: string,
    private readonly watcher: HoldWatcher,
  ) {}

  /** It holds so many bytes by now. */
  get held(): number {
    return this.bytes;
  }

  /** Calls `action` when it is released, at once where it is; gives the way to forget that. */
  onRelease(action: () => void): () => void {
    if (this.isReleased) action();
    else this.whenReleased.add(action);
    return () => this.whenReleased.delete(action);
  }

  /** Says that it holds so many bytes now. */
  set(bytes: number): void {
    this.base = bytes;
    this.change(bytes);
  }

  /** Says that it holds so many bytes beside what was set. Pauses what makes it grow where there is no room. */
  grow(bytes: number, flow: Pausable): void {
    if (this.isReleased) return;
    this.change(this.base + bytes);
    this.watcher.grown(this, flow);
  }

  release(): void {
    if (this.isReleased) return;
    this.set(0);
    this.isReleased = true;
    this.watcher.released(this);
    for (const action of this.whenReleased) action();
    this.whenReleased.clear();
  }

  private change(bytes: number): void {
    if (this.isReleased || bytes === this.bytes) return;
    const more = bytes - this.bytes;
    this.bytes = bytes;
    this.watcher.changed(more);
  }
}

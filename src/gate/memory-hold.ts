/** A producer that can be held back, by several for reasons of their own. */
export interface Pausable {
  pause(by: object): void;
  resume(by: object): void;
}

export interface HoldWatcher {
  /** @param bytes more, or fewer where negative. */
  changed(bytes: number): void;
  grown(hold: MemoryHold, flow: Pausable): void;
  released(hold: MemoryHold): void;
}

/** What one piece of work holds of the memory. */
export class MemoryHold {
  private bytes = 0;
  /** What it held before it began to grow. */
  private base = 0;
  private isReleased = false;

  constructor(private readonly watcher: HoldWatcher) {}

  /** It holds so many bytes now. */
  set(bytes: number): void {
    this.base = bytes;
    this.change(bytes);
  }

  /** It holds so many bytes beside what was set. Pauses what makes it grow where there is no room. */
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
  }

  private change(bytes: number): void {
    if (this.isReleased || bytes === this.bytes) return;
    const more = bytes - this.bytes;
    this.bytes = bytes;
    this.watcher.changed(more);
  }
}

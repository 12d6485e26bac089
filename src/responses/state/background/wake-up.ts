/** Waits for a notice, or a time; a notice that came before the wait counts. */
export class WakeUp {
  private pending = false;
  private resolve: (() => void) | undefined;

  wake(): void {
    this.pending = true;
    this.resolve?.();
  }

  async wait(longestMs: number): Promise<void> {
    if (!this.pending) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.resolve = resolve;
        timer = setTimeout(resolve, longestMs);
      });
      clearTimeout(timer);
    }
    this.pending = false;
  }
}

/** Holds back whoever awaits `open` between `pause` and `resume`. */
export class Gate {
  private opened = Promise.resolve();
  private release: (() => void) | undefined;

  get open(): Promise<void> {
    return this.opened;
  }

  get isOpen(): boolean {
    return this.release === undefined;
  }

  pause(): void {
    if (this.release !== undefined) return;
    this.opened = new Promise((resolve) => (this.release = resolve));
  }

  resume(): void {
    this.release?.();
    this.release = undefined;
  }
}

/** At most so many characters of text wait for the disk. */
const maxPendingLength = 16 * 1024 * 1024;

/**
 * Brings texts to files, in order per file. Adding never waits: when the disk is behind, `add` says no. `write` failures lose the
 * text and go to `failed`.
 */
export class DumpQueue {
  private readonly pending = new Map<string, string[]>();
  private pendingLength = 0;
  private draining: Promise<void> | undefined;

  constructor(
    private readonly write: (name: string, text: string) => Promise<void>,
    private readonly failed: (error: unknown) => void,
    private readonly maxLength = maxPendingLength,
  ) {}

  /** Gives false when the queue is full and the text was dropped. */
  add(name: string, text: string): boolean {
    if (this.pendingLength + text.length > this.maxLength) return false;
    this.pendingLength += text.length;
    const texts = this.pending.get(name);
    if (texts) texts.push(text);
    else this.pending.set(name, [text]);
    this.draining ??= this.drain();
    return true;
  }

  /** Resolves when everything that was added so far is written or lost. */
  async idle(): Promise<void> {
    await this.draining;
  }

  private async drain(): Promise<void> {
    for (const [name, texts] of this.pending) {
      this.pending.delete(name);
      const text = texts.join('');
      try {
        await this.write(name, text);
      } catch (error) {
        this.failed(error);
      }
      this.pendingLength -= text.length;
    }
    this.draining = undefined;
  }
}

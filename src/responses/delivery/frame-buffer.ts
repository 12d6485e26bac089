const initialBytes = 64 * 1024;
const keptBytes = 1024 * 1024;

/**
 * Builds bytes. A string put together from a thousand pieces has to be flattened, measured and encoded before it can be written;
 * encoding each piece in its place costs half of that, less with text beyond Latin.
 */
export class FrameBuffer {
  private bytes = Buffer.allocUnsafe(initialBytes);
  private size = 0;

  clear(): void {
    this.size = 0;
  }

  addText(text: string): void {
    // UTF-8 needs at most three bytes for a UTF-16 unit.
    this.reserve(3 * text.length);
    this.size += this.bytes.write(text, this.size);
  }

  addBytes(bytes: Buffer): void {
    this.reserve(bytes.length);
    this.size += bytes.copy(this.bytes, this.size);
  }

  /** Copies everything since the last `clear`. */
  copy(): Buffer {
    const copy = Buffer.from(this.bytes.subarray(0, this.size));
    if (this.bytes.length > keptBytes) this.bytes = Buffer.allocUnsafe(initialBytes);
    return copy;
  }

  private reserve(more: number): void {
    if (this.size + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.size + more));
    this.bytes.copy(grown, 0, 0, this.size);
    this.bytes = grown;
  }
}

const initialBytes = 64 * 1024;
const keptBytes = 1024 * 1024;

/** The head of an HTTP chunk goes before the bytes: it has at most eight hexadecimal digits and a line's end. */
const headRoom = 10;
const lineEnd = Buffer.from('\r\n');

/**
 * Builds bytes. A string put together from a thousand pieces has to be flattened, measured and encoded before it can be written;
 * encoding each piece in its place costs half of that, less with text beyond Latin.
 */
export class FrameBuffer {
  private bytes = Buffer.allocUnsafe(initialBytes);
  private size = headRoom;

  clear(): void {
    this.size = headRoom;
  }

  addText(text: string): void {
    // UTF-8 needs at most three bytes for a UTF-16 unit; of a long text it pays to count them.
    this.reserve(text.length < initialBytes ? 3 * text.length : Buffer.byteLength(text));
    this.size += this.bytes.write(text, this.size);
  }

  addBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.size);
    this.size += bytes.length;
  }

  /** Copies everything since the last `clear`. */
  copy(): Buffer {
    return this.copyFrom(headRoom);
  }

  /** Copies the same as one chunk of a chunked HTTP body. */
  copyAsChunk(): Buffer {
    const head = `${(this.size - headRoom).toString(16)}\r\n`;
    const start = headRoom - head.length;
    this.bytes.write(head, start, 'latin1');
    this.addBytes(lineEnd);
    return this.copyFrom(start);
  }

  private copyFrom(start: number): Buffer {
    const copy = Buffer.from(this.bytes.subarray(start, this.size));
    if (this.bytes.length > keptBytes) this.bytes = Buffer.allocUnsafe(initialBytes);
    return copy;
  }

  private reserve(more: number): void {
    if (this.size + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(
      Math.max(Math.min(2 * this.bytes.length, keptBytes), this.size + more),
    );
    this.bytes.copy(grown, 0, 0, this.size);
    this.bytes = grown;
  }
}

/** Gives what such a chunk carries. */
export function dataOfChunk(chunk: Buffer): Buffer {
  return chunk.subarray(chunk.indexOf(lineEnd) + lineEnd.length, -lineEnd.length);
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Splits bytes into complete lines of text (LF, CRLF or CR), whatever the cuts. Text is decoded only up to a line's end, so a
 * UTF-8 character is never cut. The work is linear: each byte is searched once and copied at most twice, however long the line.
 */
export class LineSplitter {
  /** Holds the unfinished line: `size` bytes of a buffer that doubles as it grows. */
  private pending = Buffer.alloc(0);
  private size = 0;
  private started = false;
  private skipLineFeed = false;

  /** `maxLineBytes` bounds the unfinished line; `overflowed` tells that it was longer. */
  constructor(private readonly maxLineBytes: number) {}

  get overflowed(): boolean {
    return this.size > this.maxLineBytes;
  }

  /** Tells that nothing of the next line has come yet. */
  get isAtLineStart(): boolean {
    return this.size === 0 && !this.skipLineFeed;
  }

  push(bytes: Buffer): string[] {
    if (bytes.length === 0) return [];
    const chunk = this.skipLineFeed && bytes[0] === lineFeed ? bytes.subarray(1) : bytes;
    this.skipLineFeed = bytes[bytes.length - 1] === carriageReturn;
    const end = 1 + Math.max(chunk.lastIndexOf(lineFeed), chunk.lastIndexOf(carriageReturn));
    if (end === 0) {
      this.append(chunk);
      return [];
    }
    let head = chunk.subarray(0, end);
    if (this.size > 0) {
      this.append(head);
      head = this.take();
    }
    const lines = this.split(head);
    lines.pop(); // Nothing stands behind the last line's end.
    this.append(chunk.subarray(end));
    return lines;
  }

  /** Gives the last line, when the stream ends without a line's end. */
  end(): string[] {
    return this.size === 0 ? [] : this.split(this.take());
  }

  private split(bytes: Buffer): string[] {
    let text = bytes.toString('utf8');
    if (!this.started && text.startsWith('\uFEFF')) text = text.slice(1);
    this.started = true;
    return text.includes('\r') ? text.split(/\r\n|\r|\n/) : text.split('\n');
  }

  private append(bytes: Buffer): void {
    const size = this.size + bytes.length;
    if (size > this.pending.length && bytes.length > 0) {
      const grown = Buffer.allocUnsafe(Math.max(size, 2 * this.pending.length, 1024));
      this.pending.copy(grown, 0, 0, this.size);
      this.pending = grown;
    }
    bytes.copy(this.pending, this.size);
    this.size = size;
  }

  private take(): Buffer {
    const bytes = this.pending.subarray(0, this.size);
    this.pending = Buffer.alloc(0);
    this.size = 0;
    return bytes;
  }
}

/** Gives the place behind a line and the empty lines that follow it. */
export function endOfEvent(bytes: Buffer, from: number): number {
  let end = bytes.indexOf(lineFeed, from) + 1;
  if (end === 0) return bytes.length;
  while (bytes[end] === lineFeed) end += 1;
  return end;
}

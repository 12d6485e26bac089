const initialBytes = 64 * 1024;
const keptBytes = 1024 * 1024;

/** The head of an HTTP chunk goes before the bytes: it has at most eight hexadecimal digits and a line's end. */
const headRoom = 10;
const lineEnd = Buffer.from('\r\n');

/** Longer texts are better written by the engine. */
const shortCharacters = 64;

const [firstSign, quote, backslash, firstBeyondAscii] = [0x20, 0x22, 0x5c, 0x80];

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

  /** Adds a text as JSON writes it. Most tokens are a few characters that JSON leaves as they are, and cost no call at all. */
  addJsonText(text: string): void {
    if (text.length > shortCharacters || !this.addPlain(text)) this.addText(JSON.stringify(text));
  }

  /** Adds a text of a few ASCII characters. */
  addAscii(text: string): void {
    this.reserve(text.length);
    for (let index = 0; index < text.length; index += 1)
      this.bytes[this.size + index] = text.charCodeAt(index);
    this.size += text.length;
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

  /** Writes the text between quotation marks, and tells whether JSON leaves all of its characters as they are. */
  private addPlain(text: string): boolean {
    this.reserve(text.length + 2);
    const { bytes } = this;
    let at = this.size;
    bytes[at++] = quote;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < firstSign || code >= firstBeyondAscii || code === quote || code === backslash)
        return false;
      bytes[at++] = code;
    }
    bytes[at++] = quote;
    this.size = at;
    return true;
  }

  private copyFrom(start: number): Buffer {
    const copy = Buffer.allocUnsafe(this.size - start);
    this.bytes.copy(copy, 0, start, this.size);
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

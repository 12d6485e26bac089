import type { BackendHeaders } from '../errors/error-shape.js';

const newline = 0x0a;
const nothingHeld = Buffer.alloc(0);

/** Neither has a break of lines. */
export type Replacement = readonly [from: string, to: string];

/** Replacements as bytes are searched for them; it costs some work to make, and serves any number of streams. */
export type CompiledReplacements = readonly { from: Buffer; single: string; to: string }[];

export function compileReplacements(replacements: readonly Replacement[]): CompiledReplacements {
  return replacements.map(([from, to]) => ({
    from: Buffer.from(from),
    single: Buffer.from(from).toString('latin1'),
    to: Buffer.from(to).toString('latin1'),
  }));
}

/**
 * Replaces texts in bytes that pass. A text may be cut by the border of two chunks, so a tail that could be its beginning
 * is held back until the next chunk tells; nothing else waits.
 */
export class ByteReplacer {
  private held: Buffer = nothingHeld;

  constructor(private readonly replacements: CompiledReplacements) {}

  push(chunk: Buffer): Buffer {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const replaced = this.replace(bytes);
    const tail = this.openTail(replaced);
    this.held = replaced.subarray(replaced.length - tail);
    return replaced.subarray(0, replaced.length - tail);
  }

  end(): Buffer {
    const { held } = this;
    this.held = nothingHeld;
    return held;
  }

  headers(headers: BackendHeaders): BackendHeaders {
    const clean = (value: string): string => this.replace(Buffer.from(value)).toString();
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(clean) : value === undefined ? value : clean(value),
      ]),
    );
  }

  /** A text of single bytes is searched faster than a Buffer is. */
  replace(bytes: Buffer): Buffer {
    const text = bytes.toString('latin1');
    if (!this.replacements.some(({ single }) => text.includes(single))) return bytes;
    const replaced = this.replacements.reduce(
      (rest, { single, to }) => rest.replaceAll(single, () => to),
      text,
    );
    return Buffer.from(replaced, 'latin1');
  }

  /** Gives the length of the longest end of `bytes` that is the beginning of a text to replace. */
  private openTail(bytes: Buffer): number {
    // Most chunks end with a line, and neither headers nor JSON strings have a break of lines in them.
    if (bytes.at(-1) === newline) return 0;
    return this.replacements.reduce(
      (longest, { from }) => Math.max(longest, openTailOf(bytes, from)),
      0,
    );
  }
}

function openTailOf(bytes: Buffer, form: Buffer): number {
  const first = form[0];
  if (first === undefined) return 0;
  const from = Math.max(0, bytes.length - form.length + 1);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    const tail = bytes.subarray(at);
    if (form.subarray(0, tail.length).equals(tail)) return tail.length;
  }
  return 0;
}

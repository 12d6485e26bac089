import { formsOf } from '../errors/scrub-keys.js';
import type { BackendHeaders } from './backend-headers.js';

const MASK = '***';

/**
 * Takes the operator's key out of bytes that go to a client as the backend sent them. A key may be cut by the border of
 * two chunks, so a tail that could be its beginning is held back until the next chunk tells; nothing else waits.
 */
export class KeyEraser {
  private readonly forms: readonly Buffer[];
  private held: Buffer = Buffer.alloc(0);

  constructor(apiKey: string) {
    this.forms = formsOf(apiKey).map((form) => Buffer.from(form));
  }

  push(chunk: Buffer): Buffer {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const erased = this.erase(bytes);
    const tail = this.openTail(erased);
    this.held = erased.subarray(erased.length - tail);
    return erased.subarray(0, erased.length - tail);
  }

  end(): Buffer {
    const { held } = this;
    this.held = Buffer.alloc(0);
    return held;
  }

  headers(headers: BackendHeaders): BackendHeaders {
    const clean = (value: string): string => this.erase(Buffer.from(value)).toString();
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(clean) : value === undefined ? value : clean(value),
      ]),
    );
  }

  erase(bytes: Buffer): Buffer {
    if (!this.forms.some((form) => bytes.includes(form))) return bytes;
    const text = this.forms.reduce(
      (rest, form) => rest.replaceAll(form.toString('latin1'), MASK),
      bytes.toString('latin1'),
    );
    return Buffer.from(text, 'latin1');
  }

  /** Length of the longest end of `bytes` that is the beginning of a form of the key. */
  private openTail(bytes: Buffer): number {
    return this.forms.reduce((longest, form) => Math.max(longest, openTailOf(bytes, form)), 0);
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

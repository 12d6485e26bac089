import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Lines are written together, these characters or this time of them: a write for each costs a small request a sixth more. */
const togetherLength = 12 * 1024;
const togetherMs = 100;

/** So many characters are kept while nothing can be written; beyond it lines are lost rather than the service. */
const maxKeptLength = 16 * 1024 * 1024;

/** Counts what went wrong with the lines of this process. */
export interface LogTroubles {
  /** Writes that failed; what they had is written again, until it is there. */
  failures: number;
  lostLines: number;
}

/**
 * Writes lines to a file descriptor, and never lets anybody wait for it: a full disk or a reader that takes nothing costs lines at
 * most. pino's own destination ends the process on a disk that is full, and then waits for room for ever.
 */
export class LineWriter implements DestinationStream {
  readonly troubles: LogTroubles = { failures: 0, lostLines: 0 };
  private text = '';
  /** It is being written, or waits for the next attempt. */
  private rest = Buffer.alloc(0);
  private isWriting = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: number,
    private readonly files: { write: typeof write; writeSync: typeof writeSync } = {
      write,
      writeSync,
    },
  ) {}

  write(line: string): void {
    if (this.text.length + line.length > maxKeptLength) {
      this.troubles.lostLines += 1;
      return;
    }
    this.text += line;
    if (this.timer === undefined && !this.isWriting) this.writeSoon();
    if (this.text.length >= togetherLength && this.rest.length === 0) this.writeNow();
  }

  /** Writes what it can at once, for a process that ends. What the file does not take now is lost. */
  flushSync(): void {
    // What is being written already is the kernel's.
    const kept = Buffer.concat([this.isWriting ? Buffer.alloc(0) : this.rest, this.takeText()]);
    for (let at = 0; at < kept.length;) {
      try {
        at += this.files.writeSync(this.file, kept, at);
      } catch {
        return;
      }
    }
  }

  private writeSoon(): void {
    this.timer = setTimeout(() => {
      this.writeNow();
    }, togetherMs).unref();
  }

  private writeNow(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isWriting) return;
    if (this.rest.length === 0) this.rest = this.takeText();
    this.isWriting = true;
    this.files.write(this.file, this.rest, (error, written) => {
      this.isWriting = false;
      this.wrote(error, written);
    });
  }

  private wrote(error: NodeJS.ErrnoException | null, written: number): void {
    if (error === null) {
      this.rest = this.rest.subarray(written);
      if (this.rest.length > 0) this.writeNow();
      else if (this.text.length >= togetherLength) this.writeNow();
      else if (this.text !== '') this.writeSoon();
      return;
    }
    // EAGAIN says that the reader is slower, which is no failure.
    if (error.code !== 'EAGAIN') this.troubles.failures += 1;
    this.writeSoon();
  }

  private takeText(): Buffer<ArrayBuffer> {
    const text = Buffer.from(this.text);
    this.text = '';
    return text;
  }
}

let shared: LineWriter | undefined;

/** Gives the one writer to standard output, which all services of a process share. Its last lines are written as the process ends. */
export function standardOutput(): LineWriter {
  if (shared === undefined) {
    const writer = new LineWriter(1);
    process.on('exit', () => {
      writer.flushSync();
    });
    shared = writer;
  }
  return shared;
}

import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/**
 * Holds a file of SQLite open for reading, as long as the database is open. To open it for each look would be slower, and would break
 * SQLite: when a process closes any descriptor of a file, it loses all its locks on it. Then another process that leaves believes
 * that it is the last one, and deletes the log. Source: sqlite.org/howtocorrupt, "Posix advisory locks canceled by a separate thread".
 */
export class OpenFile {
  /** There is no log where the disk cannot have one, and SQLite does without. */
  private readonly file: number | undefined;
  private readonly node: string | undefined;
  private readonly head: Buffer;

  /** @param headBytes says how much of its beginning is read. */
  constructor(
    private readonly path: string,
    headBytes: number,
  ) {
    this.head = Buffer.alloc(headBytes);
    this.file = existsSync(path) ? openSync(path, 'r') : undefined;
    this.node = this.file === undefined ? undefined : nodeOf(fstatSync(this.file));
  }

  /** Gives the file's size in bytes, or undefined for one that was deleted, or that another one has taken the place of. */
  linkedSize(): number | undefined {
    if (this.file === undefined) return 0;
    const { nlink, size } = fstatSync(this.file);
    return nlink === 0 ? undefined : size;
  }

  /** Tells whether its path still names this file. */
  isAtPath(): boolean {
    const found = statSync(this.path, { throwIfNoEntry: false });
    return (found && nodeOf(found)) === this.node;
  }

  /** Reads the beginning, which the next call overwrites; what the file does not have is 0. */
  readHead(): Buffer {
    if (this.file === undefined) return this.head;
    const read = readSync(this.file, this.head, 0, this.head.length, 0);
    return this.head.fill(0, read);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
  }
}

function nodeOf({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`;
}

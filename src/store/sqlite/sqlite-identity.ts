import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';

/** The log begins so, in either order of bytes, unless it is empty. Source: sqlite.org/fileformat2, "WAL File Format". */
const logMagic = /^377f068[23]/;

/** This part of the header stays the same while a file is open: the format, the size of a page. Source: sqlite.org/fileformat2. */
const constantBytes = 24;
/** The whole header of a database is longer than that of a log. */
const headerBytes = 100;

/** The log has such a header, and another before each page. Source: sqlite.org/fileformat2, "WAL File Format". */
const logHeaderBytes = 32;
const frameHeaderBytes = 24;

/** The index has numbers as the machine has them. Source: sqlite.org/walformat, "WAL-Index Header". */
const isLittleEndian = endianness() === 'LE';
const indexHeaderBytes = 48;

/** Another process may write between two looks at the files, so a doubtful state is looked at so often. */
const looks = 5;

const damage =
  'The SQLite file, or its -wal or -shm, was deleted or replaced, or cut short, while it was open; restart the service.';

/**
 * Knows the files of one open database, and tells them from others in their place: what is written to a file that was deleted,
 * replaced, overwritten or cut is gone at the next start, although SQLite goes on without a word. The log (`-wal`) holds
 * what was committed last, and its index (`-shm`) is how processes see each other's commits: they are there as long as the
 * database is open.
 */
export class SqliteIdentity {
  private readonly identity: string;
  private bytes = 0;
  private changes = 0;

  constructor(private readonly path: string) {
    this.identity = this.look();
  }

  /** @throws Error when a file is not the one that was opened. */
  assertInPlace(): void {
    if (this.look() !== this.identity) throw new Error(damage);
  }

  /**
   * Looks at the log before more is written: behind a cut it would go on with a hole, and nobody could tell.
   * @throws Error when the log has less than its index says.
   */
  assertWhole(): void {
    for (let look = 1; !this.isLogWhole(); look += 1) if (look === looks) throw new Error(damage);
  }

  private look(): string {
    const files = ['', '-wal', '-shm'].map((suffix) => {
      const found = statSync(this.path + suffix, { throwIfNoEntry: false });
      return found === undefined ? 'none' : `${found.dev}:${found.ino}`;
    });
    const { header, size } = headOf(this.path, headerBytes);
    const kept = this.isLater(header, size) ? 'whole' : 'cut';
    return [...files, header.toString('hex', 0, constantBytes), kept].join(' ');
  }

  /** Pages are added and changes counted up; only `VACUUM` makes a file shorter, and it says so in the header. */
  private isLater(header: Buffer, size: number): boolean {
    const [changes, pages] = [header.readUInt32BE(24), header.readUInt32BE(28)];
    const isCut = size < this.bytes && size < pages * pageBytes(header.readUInt16BE(16));
    if (isCut || changes < this.changes) return false;
    this.bytes = size;
    this.changes = changes;
    return true;
  }

  private isLogWhole(): boolean {
    const index = this.index();
    const { header, size } = headOf(`${this.path}-wal`, logHeaderBytes);
    // Another process writes, or empties the log: what was read of the two is not of one moment.
    if (!this.index().equals(index)) return true;
    const frames = isLittleEndian ? index.readUInt32LE(16) : index.readUInt32BE(16);
    if (frames === 0) return size === 0 || logMagic.test(header.toString('hex', 0, 4));
    const page = pageBytes(isLittleEndian ? index.readUInt16LE(14) : index.readUInt16BE(14));
    // The salts of a log are copied into its index.
    return (
      size >= logHeaderBytes + frames * (frameHeaderBytes + page) &&
      header.subarray(16, 24).equals(index.subarray(32, 40))
    );
  }

  private index(): Buffer {
    return headOf(`${this.path}-shm`, indexHeaderBytes).header;
  }
}

/** 1 stands for 65,536, which does not fit. */
function pageBytes(said: number): number {
  return said === 1 ? 65_536 : said;
}

/** A file that is not there, or not to be read any more, has an empty header, which no database has. */
function headOf(path: string, bytes: number): { header: Buffer; size: number } {
  const header = Buffer.alloc(bytes);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    readSync(file, header, 0, bytes, 0);
    return { header, size: fstatSync(file).size };
  } catch {
    return { header, size: 0 };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

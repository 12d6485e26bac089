import { endianness } from 'node:os';
import { OpenFile } from './open-file.js';

/** The log begins so, in either order of bytes, unless it is empty. Source: sqlite.org/fileformat2, "WAL File Format". */
const logMagics = new Set([0x377f0682, 0x377f0683]);

/** This part of the header stays the same while a file is open: the format, the size of a page. Source: sqlite.org/fileformat2. */
const constantBytes = 24;
/** What is read of a database ends behind its number of pages. */
const headerBytes = 32;

/** The log has such a header, and another before each page. Source: sqlite.org/fileformat2, "WAL File Format". */
const logHeaderBytes = 32;
const frameHeaderBytes = 24;

/** The index has numbers as the machine has them. Source: sqlite.org/walformat, "WAL-Index Header". */
const isLittleEndian = endianness() === 'LE';
const indexHeaderBytes = 48;

/** Another process may write between two looks at the files, so a doubtful state is looked at so often. */
const looks = 5;

/** A deleted or replaced file has no link any more, which is seen at once; one that was moved is found missing within this time. */
const pathLookMs = 250;

const damage =
  'The SQLite file, or its -wal or -shm, was deleted or replaced, or cut short, while it was open; restart the service.';

/**
 * Knows the files of one open database, and tells them from others in their place: what is written to a file that was deleted,
 * replaced, overwritten or cut is gone at the next start, although SQLite goes on without a word. The log (`-wal`) holds
 * what was committed last, and its index (`-shm`) is how processes see each other's commits: they are there as long as the
 * database is open. It looks with each operation, so a look is a few system calls on files that stay open.
 */
export class SqliteIdentity {
  private readonly database: OpenFile;
  private readonly log: OpenFile;
  private readonly index: OpenFile;
  private readonly start: Buffer;
  private bytes = 0;
  private changes = 0;
  private pathsLookedAt = 0;

  constructor(path: string) {
    this.database = new OpenFile(path, headerBytes);
    this.log = new OpenFile(`${path}-wal`, logHeaderBytes);
    this.index = new OpenFile(`${path}-shm`, indexHeaderBytes);
    this.start = Buffer.from(this.database.readHead().subarray(0, constantBytes));
  }

  /** @throws Error when a file is not the one that was opened. */
  assertInPlace(): void {
    const { database, log, index } = this;
    const size = database.linkedSize();
    const isThere = size !== undefined && isLinked(log) && isLinked(index) && this.isAtPaths();
    const header = database.readHead();
    if (!isThere || !this.start.equals(header.subarray(0, constantBytes))) throw new Error(damage);
    if (!this.isLater(header, size)) throw new Error(damage);
  }

  /**
   * Looks at the log before more is written: behind a cut it would go on with a hole, and nobody could tell.
   * @throws Error when the log has less than its index says.
   */
  assertWhole(): void {
    for (let look = 1; !this.isLogWhole(); look += 1) if (look === looks) throw new Error(damage);
  }

  /** Called when the database is closed, and no sooner: see OpenFile. */
  close(): void {
    for (const file of [this.database, this.log, this.index]) file.close();
  }

  private isAtPaths(): boolean {
    const now = performance.now();
    if (now - this.pathsLookedAt < pathLookMs) return true;
    const isThere = [this.database, this.log, this.index].every((file) => file.isAtPath());
    // What is amiss is looked at with each operation.
    if (isThere) this.pathsLookedAt = now;
    return isThere;
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
    const index = Buffer.from(this.index.readHead());
    const size = this.log.linkedSize() ?? 0;
    const header = this.log.readHead();
    // Another process writes, or empties the log: what was read of the two is not of one moment.
    if (!this.index.readHead().equals(index)) return true;
    const frames = isLittleEndian ? index.readUInt32LE(16) : index.readUInt32BE(16);
    if (frames === 0) return size === 0 || logMagics.has(header.readUInt32BE(0));
    const page = pageBytes(isLittleEndian ? index.readUInt16LE(14) : index.readUInt16BE(14));
    // The salts of a log are copied into its index.
    return (
      size >= logHeaderBytes + frames * (frameHeaderBytes + page) &&
      header.subarray(16, 24).equals(index.subarray(32, 40))
    );
  }
}

function isLinked(file: OpenFile): boolean {
  return file.linkedSize() !== undefined;
}

/** 1 stands for 65,536, which does not fit. */
function pageBytes(said: number): number {
  return said === 1 ? 65_536 : said;
}

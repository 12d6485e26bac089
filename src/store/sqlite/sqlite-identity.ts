import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** The log begins so, in either order of bytes, unless it is empty. Source: sqlite.org/fileformat2, "WAL File Format". */
const logMagic = /^377f068[23]/;

/** This part of the header stays the same while a file is open: the format, the size of a page. Source: sqlite.org/fileformat2. */
const headerBytes = 24;

/**
 * Tells the files of one open database from others in their place. The log (`-wal`) holds what was committed last, and its
 * index (`-shm`) is how processes see each other's commits: they are there as long as the database is open. A file that
 * was overwritten or cut short is told by its header.
 */
export function identityOf(path: string): string {
  const files = [path, `${path}-wal`, `${path}-shm`].map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? 'none' : `${found.dev}:${found.ino}`;
  });
  return [...files, headerOf(path), isLog(`${path}-wal`) ? 'log' : 'damaged'].join(' ');
}

/** A log that was emptied under the process is written on behind a hole, where its beginning was, and lost at the next start. */
function isLog(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size === 0 || logMagic.test(headerOf(path));
}

function headerOf(path: string): string {
  const header = Buffer.alloc(headerBytes);
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    readSync(file, header, 0, headerBytes, 0);
  } catch {
    // The file is not there, or not to be read any more, which counts as another header than that of any database.
  } finally {
    if (file !== undefined) closeSync(file);
  }
  return header.toString('hex');
}

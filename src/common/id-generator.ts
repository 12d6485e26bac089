import { randomFillSync } from 'node:crypto';

export const ID_GENERATOR = Symbol('ID_GENERATOR');

/** Makes ids such as `msg_6f0c…`, which cannot be guessed, since an id is all that names a stored response. */
export interface IdGenerator {
  /**
   * Makes an id.
   * @param prefix tells what the id names: `resp`, `msg`, `fc`, `call`, …; a tool's adapter says that of its own items.
   */
  next(prefix: string): string;
}

const idBytes = 24;
/** The pool is filled for many ids at once, since asking for random bytes costs far more than the bytes. */
const pool = Buffer.alloc(128 * idBytes);
let used = pool.length;

function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += idBytes;
  return pool.toString('hex', used - idBytes, used);
}

export const randomIds: IdGenerator = { next: (prefix) => `${prefix}_${randomHex()}` };

import { setTimeout as wait } from 'node:timers/promises';
import type { SqliteDatabase } from './sqlite-database.js';

/** Another process may hold the file for so long before an operation gives up. */
const longestWaitMs = 2_000;
const longestPauseMs = 32;

/** SQLITE_BUSY is the low byte of its extended codes; `node:sqlite` has it as `errcode`. */
const BUSY = 5;

/**
 * Runs one operation on the file, as a promise. SQLite itself would wait for another process's lock by blocking the thread,
 * and everybody with it; here the operation is made again after a pause instead, so `action` must change nothing when it
 * finds the file busy: one statement, or one transaction. Rejects with the last error after two seconds, and whenever the
 * file is no longer the one that was opened.
 */
export async function whenFree<Value>(
  database: SqliteDatabase,
  action: () => Value,
): Promise<Value> {
  const givesUpAt = performance.now() + longestWaitMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      database.identity.assertWhole();
      const value = action();
      database.identity.assertInPlace();
      return value;
    } catch (error) {
      // A file that is not the one that was opened is the reason of whatever else went wrong.
      if (!isBusy(error)) database.identity.assertInPlace();
      if (!isBusy(error) || performance.now() > givesUpAt) throw error;
    }
    await wait(pauseMs);
  }
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' && (errcode & 0xff) === BUSY;
}

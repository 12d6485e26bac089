import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../common/clock.js';
import { ChangeEmitter } from '../change-emitter.js';
import type { RecordCodec } from '../record-codec.js';
import type { ResponseStore } from '../response-store.port.js';
import { settle } from '../settle.js';
import type { SqliteContext } from './sqlite-context.js';
import { SqliteConversations } from './sqlite-conversations.js';
import { SqliteCounters } from './sqlite-counters.js';
import { SqliteDatabase } from './sqlite-database.js';
import { SqliteFiles } from './sqlite-files.js';
import { SqliteResponses } from './sqlite-responses.js';
import { SqliteRuns } from './sqlite-runs.js';
import { whenFree } from './when-free.js';

/** One sweep ends by then, as the monitor gives it three seconds; the next one does the rest. */
const sweepMs = 1_500;
/** A round holds the thread: so many rows of 30 KB take some 10 ms. */
const rowsPerRound = 25;

export interface SqliteStoreOptions {
  path: string;
  codec: RecordCodec;
  clock: Clock;
  ttlMs: number;
  maxBytes: number;
  /** What files have is not in this file. */
  filesAreElsewhere?: boolean;
}

/** Keeps state in one file, of one process or several on one machine. It survives restarts and crashes. */
export class SqliteStore implements ResponseStore {
  readonly kind = 'sqlite';
  readonly keepsState = true;
  readonly responses: SqliteResponses;
  readonly conversations: SqliteConversations;
  readonly runs: SqliteRuns;
  readonly counters: SqliteCounters;
  readonly files: SqliteFiles;
  private readonly context: SqliteContext;
  private readonly maxBytes: number;

  constructor({ path, maxBytes, filesAreElsewhere = false, ...options }: SqliteStoreOptions) {
    const database = new SqliteDatabase(path);
    this.context = { ...options, database, changes: new ChangeEmitter() };
    this.maxBytes = maxBytes;
    this.runs = new SqliteRuns(this.context);
    this.counters = new SqliteCounters(this.context);
    this.conversations = new SqliteConversations(this.context);
    this.files = new SqliteFiles(this.context, filesAreElsewhere);
    this.responses = new SqliteResponses(this.context, this.runs, this.conversations);
  }

  ping(): Promise<void> {
    return whenFree(this.context.database, () => {
      this.context.database.get('SELECT count(*) FROM replicas');
    });
  }

  /**
   * Deletes what has expired, then, while the file is too large without uploads, what would expire next. Between two rounds the
   * streams of the process have half the time that a round took.
   */
  async sweep(): Promise<void> {
    await this.files.sweep();
    const { database, clock } = this.context;
    const now = clock.now();
    await whenFree(database, () => {
      for (const table of ['replicas', 'counters'])
        database.run(`DELETE FROM ${table} WHERE expires_at <= ?`, now);
    });
    const endsAt = performance.now() + sweepMs;
    for (let began = performance.now(); began < endsAt; began = performance.now()) {
      const deleted = await whenFree(database, () => {
        const tooLarge = database.usedBytes() - this.files.usedBytes() > this.maxBytes;
        return this.deleteFirst(tooLarge ? Number.MAX_SAFE_INTEGER : now);
      });
      if (deleted === 0) return;
      await wait((performance.now() - began) / 2);
    }
  }

  close(): Promise<void> {
    return settle(() => {
      this.runs.close();
      this.context.database.close();
    });
  }

  /** Deletes a few of those that expire first, and tells how many. */
  private deleteFirst(expiredAt: number): number {
    const { database } = this.context;
    const deleted = ['responses', 'conversations'].map((table) =>
      database.run(
        `DELETE FROM ${table} WHERE rowid IN (
           SELECT rowid FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
        ...[expiredAt, rowsPerRound],
      ),
    );
    return deleted.reduce((sum, count) => sum + count, 0);
  }
}

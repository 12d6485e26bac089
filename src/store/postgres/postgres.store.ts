import { ChangeEmitter } from '../change-emitter.js';
import type { RecordCodec } from '../record-codec.js';
import type { ResponseStore } from '../response-store.port.js';
import type { PostgresContext } from './postgres-context.js';
import { PostgresConversations } from './postgres-conversations.js';
import { PostgresCounters } from './postgres-counters.js';
import { PostgresDatabase, type PostgresDatabaseOptions } from './postgres-database.js';
import { PostgresFiles } from './postgres-files.js';
import { PostgresNotices } from './postgres-notices.js';
import { PostgresResponses } from './postgres-responses.js';
import { postgresRisks } from './postgres-risks.js';
import { PostgresRuns } from './postgres-runs.js';

/** One sweep has these bounds, as the monitor gives it three seconds; the next one does the rest. */
const sweepMs = 2_000;
/** Each step takes so many rows; those of files have many megabytes of pieces. */
const sweeps = [
  ['sweepResponses', 500],
  ['sweepConversations', 500],
  ['sweepFiles', 10],
] as const;

export interface PostgresStoreOptions extends PostgresDatabaseOptions {
  codec: RecordCodec;
  ttlMs: number;
}

/** Keeps state that all replicas share, in PostgreSQL. */
export class PostgresStore implements ResponseStore {
  readonly kind = 'postgres';
  readonly keepsState = true;
  readonly responses: PostgresResponses;
  readonly conversations: PostgresConversations;
  readonly runs: PostgresRuns;
  readonly counters: PostgresCounters;
  readonly files: PostgresFiles;

  private constructor(
    private readonly context: PostgresContext,
    readonly risks: readonly string[],
  ) {
    this.conversations = new PostgresConversations(context);
    this.responses = new PostgresResponses(context, this.conversations);
    this.files = new PostgresFiles(context);
    this.runs = new PostgresRuns(context);
    this.counters = new PostgresCounters(context);
  }

  /**
   * Opens the store. It also resolves when PostgreSQL does not answer: it is tried again for ever.
   * @throws EnvironmentError for a database that a newer version of this service has written.
   */
  static async open({ codec, ttlMs, ...options }: PostgresStoreOptions): Promise<PostgresStore> {
    const database = new PostgresDatabase(options);
    const notices = new PostgresNotices(database, new ChangeEmitter(), options.onError);
    try {
      await Promise.all([database.open(), notices.listen()]);
    } catch (error) {
      await notices.close();
      await database.close();
      throw error;
    }
    const risks = await postgresRisks(database).catch(() => []);
    return new PostgresStore({ database, notices, codec, ttlMs }, risks);
  }

  async ping(): Promise<void> {
    await this.context.database.run('ping');
  }

  /** Deletes what has expired, by the index of expiry; other replicas may do so at the same time. */
  async sweep(): Promise<void> {
    const { database } = this.context;
    await database.run('sweepReplicas');
    await database.run('sweepCounters');
    const endsAt = performance.now() + sweepMs;
    for (const [table, rows] of sweeps) {
      while (performance.now() < endsAt) {
        const { rowCount } = await database.run(table, [rows]);
        if ((rowCount ?? 0) < rows) break;
      }
    }
  }

  async close(): Promise<void> {
    await this.context.notices.close();
    await this.context.database.close();
  }
}

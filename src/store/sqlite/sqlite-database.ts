import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { EnvironmentError } from '../../config/read-environment.js';
import { SqliteIdentity } from './sqlite-identity.js';
import { migrations } from './sqlite-schema.js';

/**
 * With WAL and synchronous=NORMAL what was committed survives the end of the process, however it ends (kill -9 too), since the
 * pages are the kernel's by then. A power cut may lose the last moments, but leaves no broken file. FULL would hold up every
 * stream of the process for an fsync per response.
 */
const pragmas = `
PRAGMA busy_timeout = 2000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
PRAGMA journal_size_limit = 67108864;
`;

/** Holds one SQLite file with its prepared statements. Everything is synchronous. */
export class SqliteDatabase {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  /** Tells that the files are the ones that were opened. */
  readonly identity: SqliteIdentity;

  /**
   * Opens the file.
   * @throws EnvironmentError for a file that a newer version of this service has written.
   */
  constructor(path: string, steps: readonly string[] = migrations) {
    createPrivately(path);
    this.database = new DatabaseSync(path);
    this.database.exec(pragmas);
    this.transaction(() => {
      this.migrate(path, steps);
    });
    // From here on nobody waits with the thread blocked, see `whenFree`.
    this.database.exec('PRAGMA busy_timeout = 0');
    this.identity = new SqliteIdentity(path);
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.statement(sql).run(...values).changes);
  }

  /** Gives a row, whose shape the caller names, as its own SQL asks for it. */
  get(sql: string, ...values: SQLInputValue[]): unknown {
    return this.statement(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): unknown[] {
    return this.statement(sql).all(...values);
  }

  /** Begins with IMMEDIATE: a reader that becomes a writer in the middle would fail when another process writes. */
  transaction<Value>(action: () => Value): Value {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const value = action();
      this.database.exec('COMMIT');
      return value;
    } catch (error) {
      // On a full disk SQLite has rolled back by itself, and a second ROLLBACK would hide why.
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Counts the bytes of the file that hold something. */
  usedBytes(): number {
    const { used } = this.get(
      `SELECT (p.page_count - f.freelist_count) * s.page_size AS used
       FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`,
    ) as { used: number };
    return used;
  }

  close(): void {
    this.statements.clear();
    this.database.close();
    this.identity.close();
  }

  private statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  /**
   * Migrates within one transaction: of several processes the first one migrates, and a step that fails leaves the file as it
   * was.
   */
  private migrate(path: string, steps: readonly string[]): void {
    const row = this.database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (row.user_version > steps.length) {
      throw new EnvironmentError([
        `STORE_URL: ${path} was written by a newer version of this service (schema ${row.user_version}; this one knows ` +
          `${steps.length}). Start that version, or name another file.`,
      ]);
    }
    for (const step of steps.slice(row.user_version)) this.database.exec(step);
    this.database.exec(`PRAGMA user_version = ${steps.length}`);
  }
}

/**
 * Creates the file with a narrow mode. It holds what users say, so nobody else on the machine may read it. SQLite gives its other
 * files the same mode.
 */
function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

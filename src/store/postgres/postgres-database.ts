import pg from 'pg';
import { EnvironmentError } from '../../config/read-environment.js';
import { migrate } from './migrate.js';
import { statements, type StatementName } from './postgres-statements.js';

/** The monitor gives up on a call after three seconds, so what runs longer would only keep a connection. */
const longestStatementMs = 5_000;
const connectTimeoutMs = 2_000;

export interface PostgresDatabaseOptions {
  /** Takes `postgres://`, with user, password and `sslmode` where needed. */
  url: string;
  /** This process has so many connections, without the one that listens. */
  maxConnections: number;
  /** Is told of lost connections and refused logins. */
  onError: (error: Error) => void;
}

export type Values = readonly (string | number | null | readonly string[])[];
interface Rows {
  rows: unknown[];
  rowCount: number | null;
}
type Run = (name: StatementName, values?: Values) => Promise<Rows>;

/** Holds the pool of connections, and the statements as each connection has prepared them. */
export class PostgresDatabase {
  private readonly pool: pg.Pool;
  private migration: Promise<void> | undefined;

  constructor(private readonly options: PostgresDatabaseOptions) {
    this.pool = new pg.Pool({
      ...this.connectionOptions(),
      max: options.maxConnections,
      statement_timeout: longestStatementMs,
    });
    // A connection broke while nobody used it; the pool makes another one.
    this.pool.on('error', options.onError);
  }

  /**
   * Opens the database. It resolves also when the database does not answer: then the next call brings it to this version's schema.
   * @throws EnvironmentError for a database that a newer version of this service has written.
   */
  async open(): Promise<void> {
    try {
      await this.migrated();
    } catch (error) {
      if (error instanceof EnvironmentError) throw error;
      this.options.onError(error as Error);
    }
  }

  /** The caller names the shape of the rows that the statement asks for. */
  readonly run: Run = async (name, values = []) => {
    await this.migrated();
    return runOn(this.pool, name, values);
  };

  /** What `action` runs happens as a whole or not at all. */
  async transaction<Value>(action: (run: Run) => Promise<Value>): Promise<Value> {
    await this.migrated();
    return inTransaction(this.pool, (client) =>
      action((name, values = []) => runOn(client, name, values)),
    );
  }

  /** Makes a connection of its own, not opened yet. */
  newClient(): pg.Client {
    return new pg.Client(this.connectionOptions());
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** Makes one attempt at a time, until one succeeds. */
  private migrated(): Promise<void> {
    this.migration ??= inTransaction(this.pool, (client) => migrate(client)).catch(
      (error: unknown) => {
        this.migration = undefined;
        throw error;
      },
    );
    return this.migration;
  }

  private connectionOptions(): pg.ClientConfig {
    return {
      connectionString: this.options.url,
      application_name: 'responses-proxy',
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    };
  }
}

function runOn(
  client: pg.Pool | pg.PoolClient,
  name: StatementName,
  values: Values,
): Promise<Rows> {
  return client.query({ name, text: statements[name], values: [...values] });
}

async function inTransaction<Value>(
  pool: pg.Pool,
  action: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect();
  let broken = false;
  // Without a listener a connection that breaks between two statements would end the process.
  const onError = (): void => {
    broken = true;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const value = await action(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    await client.query('ROLLBACK').catch(onError);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

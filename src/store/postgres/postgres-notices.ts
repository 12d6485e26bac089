import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { ChangeEmitter } from '../change-emitter.js';
import type { RunChange } from '../run-store.port.js';
import type { PostgresDatabase } from './postgres-database.js';
import { schema } from './postgres-schema.js';

const shortestPauseMs = 50;
const longestPauseMs = 2_000;
const noticesPerCall = 500;

/**
 * Tells changes of responses: those of this process at once, those of others by NOTIFY, on a connection that comes back by itself.
 * A NOTIFY within a write would make all writes of the database wait for one another's disk, so notices follow their
 * writes, those that have gathered meanwhile together.
 */
export class PostgresNotices {
  /** Tells the own notices from those of others. */
  private readonly self = randomUUID();
  private readonly pending: string[] = [];
  private sending: Promise<void> | undefined;
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** Holds the attempt to connect that is on its way, or was the last one. */
  private attempt: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: PostgresDatabase,
    private readonly changes: ChangeEmitter,
    private readonly onError: (error: Error) => void,
  ) {}

  listen(pauseMs = shortestPauseMs): Promise<void> {
    this.attempt = this.connect(pauseMs);
    return this.attempt;
  }

  /** Notices of others are only those from when it resolves; without a connection it resolves too. */
  async watch(key: string, notice: (change: RunChange) => void): Promise<() => void> {
    await this.attempt;
    return this.changes.on(key, notice);
  }

  tell(key: string, change: RunChange): void {
    this.changes.emit(key, change);
    this.pending.push(`${this.self} ${change} ${key}`);
    this.sending ??= this.send().finally(() => {
      this.sending = undefined;
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.sending;
    await this.attempt;
    await this.client?.end();
  }

  private async send(): Promise<void> {
    while (this.pending.length > 0) {
      const texts = this.pending.splice(0, noticesPerCall);
      // Whoever must not miss one asks now and then.
      await this.database.run('notify', [texts]).catch(() => undefined);
    }
  }

  private async connect(pauseMs: number): Promise<void> {
    const client = this.database.newClient();
    let pause = pauseMs;
    const again = (error?: Error): void => {
      if (this.client === client) this.client = undefined;
      if (this.closed || this.timer !== undefined) return;
      if (error !== undefined) this.onError(error);
      this.timer = setTimeout(() => {
        this.timer = undefined;
        void this.listen(Math.min(2 * pause, longestPauseMs));
      }, pause).unref();
    };
    client.on('notification', ({ payload = '' }) => {
      this.hear(payload);
    });
    client.on('error', again);
    client.on('end', () => {
      if (this.client === client) again();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${schema}`);
      this.client = client;
      pause = shortestPauseMs;
    } catch (error) {
      await client.end().catch(() => undefined);
      again(error as Error);
    }
  }

  private hear(payload: string): void {
    const [from = '', change, ...key] = payload.split(' ');
    if (from === this.self) return;
    this.changes.emit(key.join(' '), change === 'over' ? 'over' : 'events');
  }
}

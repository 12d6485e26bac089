import type { CounterChange, CounterStore } from '../counter-store.port.js';
import type { SqliteContext } from './sqlite-context.js';
import { whenFree } from './when-free.js';

/** Takes the moment twice: what has been forgotten begins anew. */
const addSql = `
INSERT INTO counters AS c (key, value, expires_at) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
  value = excluded.value + CASE WHEN c.expires_at > ? THEN c.value ELSE 0 END,
  expires_at = excluded.expires_at
RETURNING value`;

export class SqliteCounters implements CounterStore {
  constructor(private readonly context: SqliteContext) {}

  add(changes: readonly CounterChange[]): Promise<number[]> {
    const { database, clock } = this.context;
    return whenFree(database, () =>
      database.transaction(() => {
        const now = clock.now();
        return changes.map(({ key, add, keepMs }) =>
          valueIn(database.get(addSql, key, add, now + keepMs, now)),
        );
      }),
    );
  }

  read(keys: readonly string[]): Promise<number[]> {
    const { database, clock } = this.context;
    return whenFree(database, () => {
      const sql = 'SELECT value FROM counters WHERE key = ? AND expires_at > ?';
      const now = clock.now();
      return keys.map((key) => valueIn(database.get(sql, key, now)));
    });
  }
}

function valueIn(row: unknown): number {
  return row === undefined ? 0 : (row as { value: number }).value;
}

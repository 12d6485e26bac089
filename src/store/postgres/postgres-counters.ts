import type { CounterChange, CounterStore } from '../counter-store.port.js';
import type { PostgresContext } from './postgres-context.js';

interface CounterRow {
  key: string;
  value: number;
}

export class PostgresCounters implements CounterStore {
  constructor(private readonly context: PostgresContext) {}

  async add(changes: readonly CounterChange[]): Promise<number[]> {
    const { rows } = await this.context.database.run('count', [
      changes.map(({ key }) => key),
      changes.map(({ add }) => String(add)),
      changes.map(({ keepMs }) => String(keepMs)),
    ]);
    const keys = changes.map(({ key }) => key);
    return inOrder(keys, rows as CounterRow[]);
  }

  async read(keys: readonly string[]): Promise<number[]> {
    const { rows } = await this.context.database.run('readCounters', [keys]);
    return inOrder(keys, rows as CounterRow[]);
  }
}

function inOrder(keys: readonly string[], rows: readonly CounterRow[]): number[] {
  const values = new Map(rows.map(({ key, value }) => [key, value]));
  return keys.map((key) => values.get(key) ?? 0);
}

import type { ResponseEvent } from '../../contracts/responses/events.js';
import { decodeEvents, firstPage, isOver } from '../response-texts.js';
import type { EventBatch, RunChange, RunReference, RunStore } from '../run-store.port.js';
import { changeKey, type SqliteContext } from './sqlite-context.js';
import { SqliteWatcher } from './sqlite-watcher.js';
import { whenFree } from './when-free.js';

/** A few rows are read at a time, until they make a page: a batch may be large. */
const rowsPerStep = 8;

interface BatchRow {
  first: number;
  count: number;
  batch: string;
}

export class SqliteRuns implements RunStore {
  private readonly watcher: SqliteWatcher;

  constructor(private readonly context: SqliteContext) {
    this.watcher = new SqliteWatcher(context);
  }

  append(
    owner: string,
    id: string,
    first: number,
    events: readonly ResponseEvent[],
  ): Promise<'written' | 'over'> {
    const { database, changes } = this.context;
    return whenFree(this.context.database, () => {
      const wrote = database.transaction(() => {
        const row = this.state(owner, id);
        if (row === undefined || isOver(row.status)) return undefined;
        if (row.next_event >= first + events.length) return false;
        this.insert(owner, id, first, events);
        return true;
      });
      if (wrote === undefined) return 'over';
      if (wrote) changes.emit(changeKey(owner, id), 'events');
      return 'written';
    });
  }

  read(owner: string, id: string, from: number): Promise<EventBatch | undefined> {
    return whenFree(this.context.database, () => {
      // The state is read first: events that come between the two reads make the next read find more, never less.
      const state = this.state(owner, id);
      if (state === undefined) return undefined;
      const rows = this.rowsFrom(owner, id, from);
      const { page, reachesEnd } = firstPage(rows, ({ batch }) => batch.length);
      const events = page
        .flatMap(({ batch, first }) => decodeEvents(this.context.codec, batch, first))
        .filter(({ sequence_number }) => sequence_number >= from);
      return { events, over: isOver(state.status) && reachesEnd };
    });
  }

  private *rowsFrom(owner: string, id: string, from: number): Generator<BatchRow> {
    for (let next = from; ;) {
      const rows = this.context.database.all(
        `SELECT first, count, batch FROM events
         WHERE owner = ? AND response_id = ? AND first + count > ? ORDER BY first LIMIT ?`,
        ...[owner, id, next, rowsPerStep],
      ) as BatchRow[];
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsPerStep) return;
      next = last.first + last.count;
    }
  }

  watch(owner: string, id: string, notice: (change: RunChange) => void): Promise<() => void> {
    return whenFree(this.context.database, () => this.watcher.watch(owner, id, notice));
  }

  renewLease(replica: string, forMs: number): Promise<boolean> {
    return whenFree(this.context.database, () => {
      const { database, clock } = this.context;
      const now = clock.now();
      const living = 'SELECT 1 FROM replicas WHERE id = ? AND expires_at > ?';
      const lived = database.get(living, replica, now) !== undefined;
      database.run(
        'INSERT OR REPLACE INTO replicas (id, expires_at) VALUES (?, ?)',
        ...[replica, now + forMs],
      );
      return lived;
    });
  }

  endLease(replica: string): Promise<void> {
    return whenFree(this.context.database, () => {
      this.context.database.run('DELETE FROM replicas WHERE id = ?', replica);
    });
  }

  orphans(): Promise<RunReference[]> {
    return whenFree(this.context.database, () => {
      const now = this.context.clock.now();
      return this.context.database.all(
        `SELECT owner, id FROM responses WHERE status IN ('queued', 'in_progress') AND expires_at > ?
         AND replica NOT IN (SELECT id FROM replicas WHERE expires_at > ?) LIMIT 100`,
        ...[now, now],
      ) as RunReference[];
    });
  }

  /** Gives the place of the next event; it runs inside a transaction. */
  nextPlace(owner: string, id: string): number {
    return this.state(owner, id)?.next_event ?? 0;
  }

  /** Inserts inside a transaction, for a response that is there. */
  insert(owner: string, id: string, first: number, events: readonly ResponseEvent[]): void {
    const { length } = events;
    if (length === 0) return;
    const { database, codec } = this.context;
    database.run(
      'INSERT INTO events (owner, response_id, first, count, batch) VALUES (?, ?, ?, ?, ?)',
      ...[owner, id, first, length, codec.encode(events)],
    );
    database.run(
      'UPDATE responses SET next_event = ? WHERE owner = ? AND id = ?',
      ...[first + length, owner, id],
    );
  }

  close(): void {
    this.watcher.close();
  }

  private state(owner: string, id: string): { status: string; next_event: number } | undefined {
    return this.context.database.get(
      'SELECT status, next_event FROM responses WHERE owner = ? AND id = ? AND expires_at > ?',
      ...[owner, id, this.context.clock.now()],
    ) as { status: string; next_event: number } | undefined;
  }
}

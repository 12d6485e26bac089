import { isOver } from '../response-texts.js';
import type { RunChange } from '../run-store.port.js';
import { changeKey, type SqliteContext } from './sqlite-context.js';

/** SQLite tells nobody of changes by other processes, so watched responses are looked at so often. */
const pollMs = 200;

interface Watched {
  owner: string;
  id: string;
  nextEvent: number;
  watchers: number;
}

/** Brings notices of this process at once, of others on the same file within `pollMs`. */
export class SqliteWatcher {
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly context: SqliteContext) {}

  watch(owner: string, id: string, notice: (change: RunChange) => void): () => void {
    const key = changeKey(owner, id);
    const entry = this.watched.get(key) ?? { owner, id, nextEvent: -1, watchers: 0 };
    entry.watchers += 1;
    this.watched.set(key, entry);
    const off = this.context.changes.on(key, notice);
    this.timer ??= setInterval(() => {
      this.poll();
    }, pollMs).unref();
    return () => {
      off();
      entry.watchers -= 1;
      if (entry.watchers === 0) this.watched.delete(key);
      if (this.watched.size === 0) this.close();
    };
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private poll(): void {
    for (const [key, entry] of this.watched) {
      const row = this.read(entry);
      if (row === undefined || isOver(row.status)) {
        this.context.changes.emit(key, 'over');
      } else if (row.next_event !== entry.nextEvent) {
        entry.nextEvent = row.next_event;
        this.context.changes.emit(key, 'events');
      }
    }
  }

  /** Reads a watched response. A busy file is looked at again next time; an error must not end the process. */
  private read({ owner, id }: Watched): { status: string; next_event: number } | undefined {
    try {
      return this.context.database.get(
        'SELECT status, next_event FROM responses WHERE owner = ? AND id = ?',
        ...[owner, id],
      ) as { status: string; next_event: number } | undefined;
    } catch {
      return { status: 'in_progress', next_event: -1 };
    }
  }
}

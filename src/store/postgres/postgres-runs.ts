import type { ResponseEvent } from '../../contracts/responses/events.js';
import { decodeEvents, isOver } from '../response-texts.js';
import type { EventBatch, RunChange, RunReference, RunStore } from '../run-store.port.js';
import { noticeKey, type PostgresContext } from './postgres-context.js';
import { toKey } from './to-key.js';

/** Has no batch where the page is empty. */
interface PageRow {
  status: string;
  next_event: number;
  first: number | null;
  count: number | null;
  batch: string | null;
}

export class PostgresRuns implements RunStore {
  constructor(private readonly context: PostgresContext) {}

  async append(
    owner: string,
    id: string,
    first: number,
    events: readonly ResponseEvent[],
  ): Promise<'written' | 'over'> {
    const { database, notices, codec } = this.context;
    if (events.length > 0) {
      const values = [owner, toKey(id), first, events.length, codec.encode(events)];
      const { rowCount } = await database.run('append', values);
      if (rowCount === 1) {
        notices.tell(noticeKey(owner, id), 'events');
        return 'written';
      }
    }
    // It is over, there already, or has nothing to write, which is asked afterwards, since the response may have ended meanwhile.
    const { rowCount } = await database.run('isRunning', [owner, toKey(id)]);
    return rowCount === 1 ? 'written' : 'over';
  }

  async read(owner: string, id: string, from: number): Promise<EventBatch | undefined> {
    const { rows } = await this.context.database.run('read', [owner, toKey(id), from]);
    const page = rows as PageRow[];
    const last = page.at(-1);
    if (last === undefined) return undefined;
    const events = page
      .flatMap(({ first, batch }) =>
        first === null || batch === null ? [] : decodeEvents(this.context.codec, batch, first),
      )
      .filter(({ sequence_number }) => sequence_number >= from);
    const reached = last.first === null ? from : last.first + (last.count ?? 0);
    return { events, over: isOver(last.status) && reached >= last.next_event };
  }

  watch(owner: string, id: string, notice: (change: RunChange) => void): Promise<() => void> {
    return this.context.notices.watch(noticeKey(owner, id), notice);
  }

  async renewLease(replica: string, forMs: number): Promise<boolean> {
    const { rowCount } = await this.context.database.run('renewLease', [replica, forMs]);
    return rowCount === 1;
  }

  async endLease(replica: string): Promise<void> {
    await this.context.database.run('endLease', [replica]);
  }

  async orphans(): Promise<RunReference[]> {
    const { rows } = await this.context.database.run('orphans');
    return rows as RunReference[];
  }
}

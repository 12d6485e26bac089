import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { RecordCodec } from '../record-codec.js';
import { decodeEvents, isOver, PAGE_CHARACTERS } from '../response-texts.js';
import type { EventBatch, RunChange, RunReference, RunStore } from '../run-store.port.js';
import type { RedisConnection } from './redis-connection.js';

/** So many are read at most; the script stops at the end of a page. */
const batchesPerRead = 200;

export class RedisRuns implements RunStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly codec: RecordCodec,
  ) {}

  async append(
    owner: string,
    id: string,
    first: number,
    events: readonly ResponseEvent[],
  ): Promise<'written' | 'over'> {
    const batch = events.length === 0 ? '' : this.codec.encode(events);
    const written = await this.redis.run('append', owner, id, first, events.length, batch);
    return written === 1 ? 'written' : 'over';
  }

  async read(owner: string, id: string, from: number): Promise<EventBatch | undefined> {
    const reply = await this.redis.run('read', owner, id, from, batchesPerRead, PAGE_CHARACTERS);
    if (reply === null) return undefined;
    const [status, batches, reachesEnd] = reply as [string, [string, string][], number];
    const events = batches
      .flatMap(([first, batch]) => decodeEvents(this.codec, batch, Number(first)))
      .filter(({ sequence_number }) => sequence_number >= from);
    return { events, over: isOver(status) && reachesEnd === 1 };
  }

  watch(owner: string, id: string, notice: (change: RunChange) => void): Promise<() => void> {
    return this.redis.listen(this.redis.key(`changes:${owner}:${id}`), (message) => {
      notice(message === 'over' ? 'over' : 'events');
    });
  }

  async renewLease(replica: string, forMs: number): Promise<boolean> {
    const previous = await this.redis.client.set(this.redis.key(`lease:${replica}`), '1', {
      expiration: { type: 'PX', value: forMs },
      GET: true,
    });
    return previous !== null;
  }

  async endLease(replica: string): Promise<void> {
    await this.redis.client.del(this.redis.key(`lease:${replica}`));
  }

  async orphans(): Promise<RunReference[]> {
    const members = (await this.redis.run('orphans', '', '')) as string[];
    return members.map((member) => {
      const [owner = '', id = ''] = member.split(' ');
      return { owner, id };
    });
  }
}

import type { ResponseEvent } from '../../contracts/responses/events.js';
import { decodeEvents, firstPage, isOver } from '../response-texts.js';
import type { EventBatch, RunChange, RunReference, RunStore } from '../run-store.port.js';
import { settle } from '../settle.js';
import { bytesOf } from './entry-cache.js';
import { responseKey, type ResponseEntry } from './memory-entries.js';
import type { MemoryState } from './memory-state.js';

/** Runs in one process only, so a lease cannot be lost: what it would have to say died with the memory. */
export class MemoryRuns implements RunStore {
  constructor(private readonly state: MemoryState) {}

  append(
    owner: string,
    id: string,
    first: number,
    events: readonly ResponseEvent[],
  ): Promise<'written' | 'over'> {
    const entry = this.state.response(owner, id);
    if (entry === undefined || isOver(entry.status)) return Promise.resolve('over');
    return settle(() => {
      if (entry.nextEvent >= first + events.length) return 'written';
      const text = this.state.codec.encode(events);
      const key = responseKey(owner, id);
      this.state.cache.grow(key, entry, entry.bytes + bytesOf(text));
      this.add(entry, first, events.length, text);
      this.state.changes.emit(key, 'events');
      return 'written';
    });
  }

  read(owner: string, id: string, from: number): Promise<EventBatch | undefined> {
    const entry = this.state.response(owner, id);
    if (entry === undefined) return Promise.resolve(undefined);
    const log = entry.log.filter(({ first, count }) => first + count > from);
    const { page, reachesEnd } = firstPage(log, ({ text }) => text.length);
    const events = page
      .flatMap(({ text, first }) => decodeEvents(this.state.codec, text, first))
      .filter(({ sequence_number }) => sequence_number >= from);
    return Promise.resolve({ events, over: isOver(entry.status) && reachesEnd });
  }

  watch(owner: string, id: string, notice: (change: RunChange) => void): Promise<() => void> {
    return Promise.resolve(this.state.changes.on(responseKey(owner, id), notice));
  }

  renewLease(): Promise<boolean> {
    return Promise.resolve(true);
  }

  endLease(): Promise<void> {
    return Promise.resolve();
  }

  orphans(): Promise<RunReference[]> {
    return Promise.resolve([]);
  }

  /** Adds events as they are kept to an entry that is not over, and for which there is room. */
  add(entry: ResponseEntry, first: number, count: number, text: string): void {
    entry.log.push({ first, count, text });
    entry.nextEvent = first + count;
  }
}

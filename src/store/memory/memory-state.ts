import type { Clock } from '../../common/clock.js';
import { ChangeEmitter } from '../change-emitter.js';
import type { RecordCodec } from '../record-codec.js';
import { EntryCache } from './entry-cache.js';
import {
  conversationKey,
  responseKey,
  type ConversationEntry,
  type MemoryEntry,
  type ResponseEntry,
} from './memory-entries.js';

export interface MemoryStoreOptions {
  codec: RecordCodec;
  clock: Clock;
  ttlMs: number;
  maxBytes: number;
}

/** Holds what the memory stores share: one bounded cache, the index of items, the notices. */
export class MemoryState {
  readonly codec: RecordCodec;
  readonly changes = new ChangeEmitter();
  readonly cache: EntryCache<MemoryEntry>;
  /** Maps owner and item id to response id. */
  readonly itemIndex = new Map<string, string>();
  /** Maps owner and key of a thought to the id of the newest response that has it. */
  readonly thoughtIndex = new Map<string, string>();

  constructor(private readonly options: MemoryStoreOptions) {
    this.codec = options.codec;
    this.cache = new EntryCache(options.maxBytes, this.now, (key, entry) => {
      this.forget(key, entry);
    });
  }

  readonly now = (): number => this.options.clock.now();

  expiry(): number {
    return this.now() + this.options.ttlMs;
  }

  response(owner: string, id: string): ResponseEntry | undefined {
    return this.cache.get(responseKey(owner, id)) as ResponseEntry | undefined;
  }

  conversation(owner: string, id: string): ConversationEntry | undefined {
    return this.cache.get(conversationKey(owner, id)) as ConversationEntry | undefined;
  }

  private forget(key: string, entry: MemoryEntry): void {
    if (entry.type === 'conversation') return;
    for (const itemId of entry.itemIds) this.itemIndex.delete(itemKey(entry.owner, itemId));
    for (const thoughtKey of entry.thoughts.keys()) {
      const indexKey = itemKey(entry.owner, thoughtKey);
      if (this.thoughtIndex.get(indexKey) === entry.id) this.thoughtIndex.delete(indexKey);
    }
    this.changes.emit(key, 'over');
  }
}

export function itemKey(owner: string, itemId: string): string {
  return `${owner} ${itemId}`;
}

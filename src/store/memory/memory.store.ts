import type { ResponseStore } from '../response-store.port.js';
import { MemoryConversations } from './memory-conversations.js';
import { MemoryCounters } from './memory-counters.js';
import { MemoryFiles } from './memory-files.js';
import { MemoryResponses } from './memory-responses.js';
import { MemoryRuns } from './memory-runs.js';
import { MemoryState, type MemoryStoreOptions } from './memory-state.js';

/** Keeps the state of one process, bounded by bytes and time; the least recently used goes first. It is gone with the process. */
export class MemoryStore implements ResponseStore {
  readonly kind = 'memory';
  readonly keepsState = true;
  readonly waitsForNothing = true;
  readonly responses: MemoryResponses;
  readonly conversations: MemoryConversations;
  readonly runs: MemoryRuns;
  readonly counters: MemoryCounters;
  readonly files: MemoryFiles;
  private readonly state: MemoryState;

  constructor(options: MemoryStoreOptions) {
    this.state = new MemoryState(options);
    this.files = new MemoryFiles(this.state);
    this.runs = new MemoryRuns(this.state);
    this.counters = new MemoryCounters(options.clock);
    this.conversations = new MemoryConversations(this.state);
    this.responses = new MemoryResponses(this.state, this.runs, this.conversations);
  }

  /** It holds so many bytes now. */
  get bytes(): number {
    return this.state.cache.bytes + this.files.bytes;
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  sweep(): Promise<void> {
    this.state.cache.sweep();
    this.counters.sweep();
    this.files.sweep();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

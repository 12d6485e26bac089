import type { ConversationStore } from './conversation-store.port.js';
import type { CounterStore } from './counter-store.port.js';
import type { FileStore } from './file-store.port.js';
import type { RunStore } from './run-store.port.js';
import type { ResponseRecordStore } from './response-record-store.port.js';

export const RESPONSE_STORE = Symbol('RESPONSE_STORE');

/**
 * Says where state lives: small stores over one technology. Everything but the counters is scoped by `owner` (see store-owner.ts);
 * what belongs to another owner is simply not there. Methods reject when the technology fails, and only then. Values are copies:
 * changing what was given or got changes nothing in the store.
 */
export interface ResponseStore {
  /** Names the technology, for the log and `/health`: `sqlite`, say. */
  readonly kind: string;
  /** False: nothing is kept, so features that need state are refused. */
  readonly keepsState: boolean;
  /** Says what the technology is set up to lose, a sentence each, for the log and `/health`; absent means nothing known. */
  readonly risks?: readonly string[];
  /** True: it is memory of this process, whose calls have no time limit. */
  readonly waitsForNothing?: boolean;
  readonly responses: ResponseRecordStore;
  readonly conversations: ConversationStore;
  readonly runs: RunStore;
  readonly counters: CounterStore;
  /** Absent: no files are kept, which `/v1/files` says. */
  readonly files?: FileStore;
  /** Resolves when the technology answers. */
  ping(): Promise<void>;
  /** Removes what has expired, where the technology does not do so by itself. It is called every minute. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

import type { ResponseStore } from '../store/response-store.port.js';
import type { StoreUnderTest } from './response-store.contract.js';

/** What the check of one rule works with. */
export interface StoreSubject extends Required<Pick<StoreUnderTest, 'open' | 'pass' | 'isShared'>> {
  store: ResponseStore;
  /** Begins the ids of this check, so that nothing of another one is met. */
  id: string;
  /** There is a conversation of this id. */
  conversation: string;
  /** Closes the store and opens it anew. */
  reopen: StoreUnderTest['open'];
  /** Stores a response that is done. */
  finished: (id: string, previous?: string | null) => Promise<void>;
}

export type StoreRules = readonly (readonly [
  name: string,
  check: (subject: StoreSubject) => Promise<void>,
])[];

import type { ResponseStore } from '../store/response-store.port.js';
import type { Seal } from '../store/seal.port.js';

export interface StoreUnderTestOptions {
  ttlMs?: number;
  seal?: Seal;
}

export interface StoreUnderTest {
  /** Opens the store as one more process would. */
  open: (options?: StoreUnderTestOptions) => Promise<ResponseStore>;
  /** Lets so many milliseconds pass for the store; where it is not said they pass. */
  pass?: (ms: number) => Promise<void>;
  /** Two that are opened see the same; true where it is not said. */
  isShared?: boolean;
}

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

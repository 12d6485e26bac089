import type { Clock } from '../common/clock.js';
import type { Settings } from '../config/settings.js';
import type { ResponseStore } from './response-store.port.js';
import type { Seal } from './seal.port.js';

/** Gives the stores that were added from outside. */
export const MORE_STORES = Symbol('MORE_STORES');

export interface OpenStoreOptions {
  settings: Settings['store'];
  clock: Clock;
  seal: Seal | undefined;
  onError: (error: Error) => void;
}

/** Opens the stores of one technology. */
export interface StoreOpener {
  /** `STORE_URL` begins with one of them: `mongodb` of `mongodb://host/name`. */
  readonly schemes: readonly string[];
  /** Rejects when the store cannot be used; the service does not start then. */
  open(options: OpenStoreOptions): Promise<ResponseStore>;
}

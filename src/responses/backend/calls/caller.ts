import type { CallerAccount } from '../../../common/caller-account.port.js';
/** Says for whom a backend is called. */
export interface Caller {
  /** Tells callers apart; it is no key, nor made of one in a way that could be undone. */
  id: string;
  /** The client's own key is never kept. Which backend gets it is for `BackendCalls` to say. */
  clientKey: string | undefined;
  /** These headers of the client's may travel, names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Who the client is on all replicas: its key, or what CALLER says. It is hashed wherever it is kept. */
  identity?: string | undefined;
  /** May be shown. */
  name?: string | undefined;
  /** The client may ask for these alone. */
  models?: readonly string[] | undefined;
  /** Is told of what is used. */
  account?: CallerAccount | undefined;
}

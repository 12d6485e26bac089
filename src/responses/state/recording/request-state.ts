import type { InputItem } from '../../../contracts/responses/items.js';

/** Says what a request has to do with state. */
export interface RequestState {
  owner: string;
  /** The translation gets this body: references are replaced by their items, `background` is taken out. */
  body: unknown;
  /** Holds earlier items, oldest first; undefined when the request names none. */
  history: readonly InputItem[] | undefined;
  conversationId: string | undefined;
  stored: boolean;
  background: boolean;
}

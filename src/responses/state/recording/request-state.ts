import type { InputItem } from '../../../contracts/responses/items.js';

/** What a request has to do with state. */
export interface RequestState {
  owner: string;
  /** The body for the translation: references replaced by their items, `background` taken out. */
  body: unknown;
  /** Earlier items, oldest first; undefined when the request names none. */
  history: readonly InputItem[] | undefined;
  conversationId: string | undefined;
  stored: boolean;
  background: boolean;
}

import type { InputItem } from '../contracts/responses/items.js';

/** An item of this kind can be asked for by its id. */
export type StoredItem = InputItem & { id: string };

export interface StoredConversation {
  id: string;
  /** This is in seconds since the epoch. */
  createdAt: number;
  metadata: Record<string, string>;
}

export interface ItemPageRequest {
  /** The page begins behind this item. */
  after: string | undefined;
  limit: number;
  order: 'asc' | 'desc';
}

/** Items may have megabytes each: what a page of them holds is bounded by bytes, too. */
export const PAGE_BYTES = 4 * 1024 * 1024;

export interface ItemPage {
  items: StoredItem[];
  hasMore: boolean;
}

/**
 * Keeps conversations: items in the order in which they joined. Items that join together stay together, so that two turns at once
 * never interleave. An id that is in the conversation already is left as it is. Joining renews the time to live.
 */
export interface ConversationStore {
  create(owner: string, conversation: StoredConversation): Promise<void>;
  find(owner: string, id: string): Promise<StoredConversation | undefined>;
  /** Gives false when there is no such conversation; likewise below. */
  setMetadata(owner: string, id: string, metadata: Record<string, string>): Promise<boolean>;
  delete(owner: string, id: string): Promise<boolean>;
  append(owner: string, id: string, items: readonly StoredItem[]): Promise<boolean>;
  /**
   * Gives undefined when the conversation or the item `after` is not there. Ends early, with `hasMore`, behind the item with
   * which it has more than `PAGE_BYTES`.
   */
  page(owner: string, id: string, request: ItemPageRequest): Promise<ItemPage | undefined>;
  /**
   * Gives all items, oldest first: what a turn continues. Rejects with TooLargeError, before any is read, where they have more
   * than `mostBytes`.
   */
  items(owner: string, id: string, mostBytes?: number): Promise<StoredItem[] | undefined>;
  findItem(owner: string, id: string, itemId: string): Promise<StoredItem | undefined>;
  deleteItem(owner: string, id: string, itemId: string): Promise<boolean>;
}

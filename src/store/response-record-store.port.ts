import type { ResponseEvent } from '../contracts/responses/events.js';
import type { InputItem, OutputItem } from '../contracts/responses/items.js';
import type { ResponseResource, ResponseStatus } from '../contracts/responses/response.js';
import type { StoredItem } from './conversation-store.port.js';

/** A longer chain is refused: it would not fit any model, and reading it would hold up everyone else. */
export const maxChainTurns = 10_000;

export interface NewResponse {
  owner: string;
  /** It is `queued` or `in_progress`. `previous_response_id` is the link of the chain. */
  response: ResponseResource;
  /** Holds the new items of this turn only, each with an id. */
  input: readonly StoredItem[];
  /** This process answers it; see RunStore. */
  replica: string;
}

export interface StoredResponse {
  response: ResponseResource;
  input: StoredItem[];
}

/** Holds one turn of a chain of `previous_response_id`. */
export interface StoredTurn {
  id: string;
  status: ResponseStatus;
  input: StoredItem[];
  output: OutputItem[];
}

/** Says how a response ended; it is written at once or not at all. */
export interface ResponseEnding {
  /** Has a terminal status. */
  response: ResponseResource;
  /** Holds the last events of a background response, the terminal one included. */
  events?: readonly ResponseEvent[];
  /** Holds the turn's items, which join the conversation unless it is gone. */
  conversation?: { id: string; items: readonly StoredItem[] };
  /** Says what its calls were thought of, sealed, by keys that say nothing. Each goes with the response; the newest of a key counts. */
  thoughts?: ReadonlyMap<string, string>;
}

/**
 * Keeps the responses. A turn costs two writes, each of the size of what is new: `begin` and `finish`. A response is over when
 * its status is terminal or it was deleted; from then on nothing changes it.
 */
export interface ResponseRecordStore {
  begin(record: NewResponse): Promise<void>;
  /** Replaces the snapshot while the response is not over. Gives false when it is. */
  update(owner: string, response: ResponseResource): Promise<boolean>;
  /** Ends a response. Of several endings (completion, cancel, a lost replica) the first wins; it gives false for the others. */
  finish(owner: string, ending: ResponseEnding): Promise<boolean>;
  find(owner: string, id: string): Promise<StoredResponse | undefined>;
  /** Deletes it with its events and the ids of its items. Gives false when there is none. */
  delete(owner: string, id: string): Promise<boolean>;
  /**
   * Gives the chain that ends with `id`, oldest first, in one round trip. Gives undefined when any link is missing: a part of a
   * conversation would pass for the whole. Rejects with ChainTooLongError beyond `maxChainTurns`, and with TooLargeError, before
   * any text is read, where the texts have more than `mostBytes`.
   */
  chain(owner: string, id: string, mostBytes?: number): Promise<StoredTurn[] | undefined>;
  /**
   * Finds output items of finished responses by their ids; unknown ids are left out. Rejects with TooLargeError where the
   * outputs that hold them have more than `mostBytes`.
   */
  findItems(
    owner: string,
    itemIds: readonly string[],
    mostBytes?: number,
  ): Promise<Map<string, InputItem>>;
  /** Gives thoughts of finished responses by their keys; unknown ones are left out. */
  findThoughts(owner: string, keys: readonly string[]): Promise<Map<string, string>>;
}

/** The store refuses what is asked of it, and works. */
export class StoreRefusal extends Error {}

export class ChainTooLongError extends StoreRefusal {
  constructor() {
    super(`The chain is longer than ${maxChainTurns} responses.`);
    this.name = 'ChainTooLongError';
  }
}

/** What is asked for has more bytes than its reader has room for. */
export class TooLargeError extends StoreRefusal {
  constructor(readonly bytes: number) {
    super(`What is asked for has ${bytes} bytes.`);
    this.name = 'TooLargeError';
  }
}

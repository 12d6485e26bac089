import type { ResponseEvent } from '../contracts/responses/events.js';
import type { InputItem, OutputItem } from '../contracts/responses/items.js';
import type { ResponseResource, ResponseStatus } from '../contracts/responses/response.js';
import type { StoredItem } from './conversation-store.port.js';

/** A longer chain is refused: it would not fit any model, and reading it would hold up everyone else. */
export const maxChainTurns = 10_000;

export interface NewResponse {
  owner: string;
  /** `queued` or `in_progress`. `previous_response_id` is the link of the chain. */
  response: ResponseResource;
  /** The new items of this turn only, each with an id. */
  input: readonly StoredItem[];
  /** The process that answers it; see RunStore. */
  replica: string;
}

export interface StoredResponse {
  response: ResponseResource;
  input: StoredItem[];
}

/** One turn of a chain of `previous_response_id`. */
export interface StoredTurn {
  id: string;
  status: ResponseStatus;
  input: StoredItem[];
  output: OutputItem[];
}

/** How a response ended; written at once or not at all. */
export interface ResponseEnding {
  /** With a terminal status. */
  response: ResponseResource;
  /** The last events of a background response, the terminal one included. */
  events?: readonly ResponseEvent[];
  /** The turn's items, which join the conversation unless it is gone. */
  conversation?: { id: string; items: readonly StoredItem[] };
}

/**
 * The responses. A turn costs two writes, each of the size of what is new: `begin` and `finish`.
 * A response is over when its status is terminal or it was deleted; from then on nothing changes it.
 */
export interface ResponseRecordStore {
  begin(record: NewResponse): Promise<void>;
  /** Replaces the snapshot while the response is not over. False when it is. */
  update(owner: string, response: ResponseResource): Promise<boolean>;
  /** Of several endings (completion, cancel, a lost replica) the first wins; false for the others. */
  finish(owner: string, ending: ResponseEnding): Promise<boolean>;
  find(owner: string, id: string): Promise<StoredResponse | undefined>;
  /** With its events and the ids of its items. False when there is none. */
  delete(owner: string, id: string): Promise<boolean>;
  /**
   * The chain that ends with `id`, oldest first, in one round trip. Undefined when any link is missing: a part of a
   * conversation would pass for the whole. Rejects with ChainTooLongError beyond `maxChainTurns`.
   */
  chain(owner: string, id: string): Promise<StoredTurn[] | undefined>;
  /** Output items of finished responses by their ids; unknown ids are left out. */
  findItems(owner: string, itemIds: readonly string[]): Promise<Map<string, InputItem>>;
}

export class ChainTooLongError extends Error {
  constructor() {
    super(`The chain is longer than ${maxChainTurns} responses.`);
    this.name = 'ChainTooLongError';
  }
}

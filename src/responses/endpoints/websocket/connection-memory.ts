import type { InputItem } from '../../../contracts/responses/items.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';

interface RememberedResponse {
  id: string;
  items: readonly InputItem[];
  characters: number;
  /** Tells that it is kept in the store, too. */
  stored: boolean;
  /** Releases it in the count of memory. */
  release: () => void;
}

/**
 * Counts what an idle connection keeps, in bytes; gives the way to release it. Calls `drop` when others need the room more:
 * the oldest goes first.
 */
export type KeepMemory = (bytes: number, drop: () => void) => () => void;

/** The items as objects take so much for each character of their JSON. */
const BYTES_PER_CHARACTER = 2;

export interface MemoryLimits {
  items: number;
  /** The items as JSON have so many characters. */
  characters: number;
}

/**
 * Remembers the latest response of each lane of one connection with everything before it, which is what `previous_response_id`
 * may name although nothing is stored. The limits are those of the connection: what was remembered first is forgotten for it. A
 * conversation beyond them, or whose memory others need, is forgotten too, and its client told by `previous_response_not_found`.
 */
export class ConnectionMemory {
  /** Keeps one response a lane, the latest last. */
  private readonly latest = new Map<string, RememberedResponse>();

  constructor(
    private readonly limits: MemoryLimits,
    private readonly keep: KeepMemory = () => () => undefined,
  ) {}

  /** Gives all items of the conversation up to that response, oldest first. */
  recall(id: string): Omit<RememberedResponse, 'release'> | undefined {
    return this.all().find((response) => response.id === id);
  }

  /** Forgets a response, of which a continuation has failed. */
  forget(id: string): void {
    for (const [lane, response] of this.latest) if (response.id === id) this.drop(lane);
  }

  clear(): void {
    for (const lane of this.latest.keys()) this.drop(lane);
  }

  /**
   * Remembers a response.
   * @param history is what the response went on from, recalled or found elsewhere.
   */
  remember(
    { id, store }: Pick<ResponseResource, 'id' | 'store'>,
    history: readonly InputItem[],
    added: readonly InputItem[],
    lane = '',
  ): void {
    const known =
      this.all().find(({ items }) => items === history)?.characters ?? lengthOf(history);
    const items = [...history, ...added];
    const characters = known + lengthOf(added);
    this.drop(lane);
    if (!this.fits(items.length, characters)) return;
    for (const oldest of this.latest.keys()) {
      const allItems = this.sum((other) => other.items.length) + items.length;
      const allCharacters = this.sum((other) => other.characters) + characters;
      if (this.fits(allItems, allCharacters)) break;
      this.drop(oldest);
    }
    const response: RememberedResponse = {
      id,
      items,
      characters,
      stored: store,
      release: () => undefined,
    };
    this.latest.set(lane, response);
    // It may be dropped at once, where it is too much for the caller's share all by itself.
    response.release = this.keep(BYTES_PER_CHARACTER * characters, () => {
      this.latest.delete(lane);
    });
  }

  private drop(lane: string): void {
    this.latest.get(lane)?.release();
    this.latest.delete(lane);
  }

  private all(): RememberedResponse[] {
    return [...this.latest.values()];
  }

  private sum(of: (response: RememberedResponse) => number): number {
    return this.all().reduce((total, response) => total + of(response), 0);
  }

  private fits(items: number, characters: number): boolean {
    return items <= this.limits.items && characters <= this.limits.characters;
  }
}

function lengthOf(items: readonly InputItem[]): number {
  return JSON.stringify(items).length;
}

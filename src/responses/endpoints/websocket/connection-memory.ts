import type { InputItem } from '../../../contracts/responses/items.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';

interface RememberedResponse {
  id: string;
  items: readonly InputItem[];
  characters: number;
  /** Kept in the store too. */
  stored: boolean;
}

export interface MemoryLimits {
  items: number;
  /** Of the items as JSON. */
  characters: number;
}

/**
 * The latest response of each lane of one connection with everything before it: what `previous_response_id` may name
 * although nothing is stored. The limits are those of the connection: what was remembered first is forgotten for it. A
 * conversation beyond them is forgotten too, and its client told by `previous_response_not_found`.
 */
export class ConnectionMemory {
  /** By lane, the latest last. */
  private readonly latest = new Map<string, RememberedResponse>();

  constructor(private readonly limits: MemoryLimits) {}

  /** All items of the conversation up to that response, oldest first. */
  recall(id: string): Pick<RememberedResponse, 'items' | 'stored'> | undefined {
    return this.all().find((response) => response.id === id);
  }

  /** A continuation of it has failed. */
  forget(id: string): void {
    for (const [lane, response] of this.latest) if (response.id === id) this.latest.delete(lane);
  }

  /** @param history what the response went on from, recalled or found elsewhere. */
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
    this.latest.delete(lane);
    if (!this.fits(items.length, characters)) return;
    for (const oldest of this.latest.keys()) {
      const allItems = this.sum((other) => other.items.length) + items.length;
      const allCharacters = this.sum((other) => other.characters) + characters;
      if (this.fits(allItems, allCharacters)) break;
      this.latest.delete(oldest);
    }
    this.latest.set(lane, { id, items, characters, stored: store });
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

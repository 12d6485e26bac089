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
 * The latest response of one connection with everything before it: what `previous_response_id` may name although nothing
 * is stored. A conversation beyond the limits is forgotten, and its client told by `previous_response_not_found`.
 */
export class ConnectionMemory {
  private latest: RememberedResponse | undefined;

  constructor(private readonly limits: MemoryLimits) {}

  /** All items of the conversation up to that response, oldest first. */
  recall(id: string): Pick<RememberedResponse, 'items' | 'stored'> | undefined {
    return this.latest?.id === id ? this.latest : undefined;
  }

  /** A continuation of it has failed. */
  forget(id: string): void {
    if (this.latest?.id === id) this.latest = undefined;
  }

  /** @param history what the response went on from, recalled or found elsewhere. */
  remember(
    { id, store }: Pick<ResponseResource, 'id' | 'store'>,
    history: readonly InputItem[],
    added: readonly InputItem[],
  ): void {
    const known = this.latest?.items === history ? this.latest.characters : lengthOf(history);
    const items = [...history, ...added];
    const characters = known + lengthOf(added);
    const fits = items.length <= this.limits.items && characters <= this.limits.characters;
    this.latest = fits ? { id, items, characters, stored: store } : undefined;
  }
}

function lengthOf(items: readonly InputItem[]): number {
  return JSON.stringify(items).length;
}

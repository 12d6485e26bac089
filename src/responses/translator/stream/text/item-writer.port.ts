import type { ItemStatus, OutputItem } from '../../../../contracts/responses/items.js';

/** An output item while it streams: added when it is made, done exactly once when it is closed. */
export interface ItemWriter {
  /** Emits everything that ends the item, `response.output_item.done` last, and gives the item as it was sent. */
  close(status: ItemStatus): OutputItem;
}

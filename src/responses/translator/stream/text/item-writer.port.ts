import type { ItemStatus, OutputItem } from '../../../../contracts/responses/items.js';

/** Writes an output item while it streams: it is added when it is made, and done exactly once when it is closed. */
export interface ItemWriter {
  /** Emits everything that ends the item, `response.output_item.done` last, and gives the item as it was sent. */
  close(status: ItemStatus): OutputItem;
}

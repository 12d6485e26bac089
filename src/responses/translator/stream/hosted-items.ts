import type { OutputItem } from '../../../contracts/responses/items.js';
import type { UnnumberedEvent } from '../tools/tool-adapter.port.js';
import type { ToolIdentity } from '../tools/tool-identity.js';
import type { HostedStreamedCall } from './calls/streamed-call.js';
import type { EventSequence } from './sequence/event-sequence.js';
import type { OutputItems, OutputSlot } from './sequence/output-items.js';

/** Describes a call of the model that is run here. Its arguments have ended; its item is open until it is settled. */
export interface HostedCall extends ItemPlace {
  identity: ToolIdentity;
  /** They are JSON text; a session that takes any text may get other text. */
  arguments: string;
  /** As it was added. */
  item: OutputItem;
}

/** Says of an open item what its events name it by. */
export interface ItemPlace {
  itemId: string;
  outputIndex: number;
}

/** Gives it as events have it. */
export function placeOf({ itemId, outputIndex }: ItemPlace): {
  item_id: string;
  output_index: number;
} {
  return { item_id: itemId, output_index: outputIndex };
}

/** The items of tools that are run here: opened by a call of the model or by the tool itself, and closed by what came of it. */
export class HostedItems {
  private readonly open = new Map<string, OutputSlot>();

  constructor(
    private readonly sequence: EventSequence,
    private readonly items: OutputItems,
  ) {}

  /** Adds an item that no call of the model opened: a list of tools, a call that was approved. */
  add(item: OutputItem): ItemPlace {
    const slot = this.items.open();
    const type = 'response.output_item.added';
    this.sequence.emit({ type, output_index: slot.index, item });
    return this.keep(item.id, slot);
  }

  /** Keeps the item of a call of the model open, whose arguments are whole. */
  keepCall({ shown: { slot, writer }, tool, arguments: said }: HostedStreamedCall): HostedCall {
    const item = writer.item('in_progress');
    const whole = said.trim() === '' ? '{}' : said;
    return { ...this.keep(item.id, slot), identity: tool.identity, arguments: whole, item };
  }

  private keep(itemId: string, slot: OutputSlot): ItemPlace {
    this.open.set(itemId, slot);
    return { itemId, outputIndex: slot.index };
  }

  /** Of an item that is over by now nothing more is told. */
  tell({ itemId }: ItemPlace, events: readonly UnnumberedEvent[]): void {
    if (!this.open.has(itemId)) return;
    for (const event of events) this.sequence.emit(event);
  }

  /** @param events what is told before the item is done. */
  settle(place: ItemPlace, item: OutputItem, events: readonly UnnumberedEvent[] = []): void {
    const slot = this.open.get(place.itemId);
    if (slot === undefined) return;
    this.tell(place, events);
    this.open.delete(place.itemId);
    this.sequence.emit({ type: 'response.output_item.done', output_index: slot.index, item });
    slot.close(item);
  }

  /** Nothing comes of them any more: they are not in the output. */
  abandon(): void {
    for (const slot of this.open.values()) slot.abandon();
    this.open.clear();
  }
}

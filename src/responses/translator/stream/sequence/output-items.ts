import type { OutputItem } from '../../../../contracts/responses/items.js';

/** Keeps a place in the output. It is taken when the item is added; the item stands in it once the item is done. */
export class OutputSlot {
  private done: OutputItem | undefined;
  private open = true;

  constructor(readonly index: number) {}

  get item(): OutputItem | undefined {
    return this.done;
  }

  get isOpen(): boolean {
    return this.open;
  }

  close(item: OutputItem): void {
    this.done = item;
    this.open = false;
  }

  /** Leaves the place empty, since the item was never done; the final output is told without it. */
  abandon(): void {
    this.open = false;
  }
}

/** Holds the output items of one response, in the order in which they begin. */
export class OutputItems {
  private readonly slots: OutputSlot[] = [];
  private answerStart = 0;

  /** Lets what is opened from here on belong to a further answer of the same response. */
  beginAnswer(): void {
    this.answerStart = this.slots.length;
  }

  open(): OutputSlot {
    const slot = new OutputSlot(this.slots.length);
    this.slots.push(slot);
    return slot;
  }

  /** Gives the item that a limit cut, when one did. */
  get lastOpen(): OutputSlot | undefined {
    return this.slots.findLast((slot) => slot.isOpen);
  }

  get done(): OutputItem[] {
    return this.slots.flatMap(({ item }) => item ?? []);
  }

  /** Lists those of the present answer that are done. */
  get ofAnswer(): OutputItem[] {
    return this.slots.slice(this.answerStart).flatMap(({ item }) => item ?? []);
  }
}

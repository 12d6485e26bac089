import type { TokenLogprob } from '../../../../contracts/responses/content.js';
import type {
  CompactionItem,
  ItemStatus,
  MessageItem,
  OutputItem,
  ReasoningItem,
} from '../../../../contracts/responses/items.js';
import type { EventSequence } from '../sequence/event-sequence.js';
import type { OutputItems, OutputSlot } from '../sequence/output-items.js';
import type { TextOptions } from '../sequence/stream-options.js';
import { MessageWriter } from './message-writer.js';
import { ReasoningWriter } from './reasoning-writer.js';

type TextItem =
  | { kind: 'message'; slot: OutputSlot; writer: MessageWriter }
  | { kind: 'reasoning'; slot: OutputSlot; writer: ReasoningWriter };

/** Writes the messages and reasoning of one answer. They follow one another, so at most one of them is open. */
export class TextItems {
  private open: TextItem | undefined;
  /** Holds white space before the first visible text: alone it would make an empty message beside a call. */
  private leadingSpace = '';
  private leadingLogprobs: TokenLogprob[] = [];
  /** The next message says so of itself. */
  phase: MessageItem['phase'];

  constructor(
    private readonly sequence: EventSequence,
    private readonly items: OutputItems,
    private readonly options: TextOptions,
  ) {}

  /** Tells that some text is open, and no call began after it. */
  get isLastOpen(): boolean {
    return this.open !== undefined && this.open.slot === this.items.lastOpen;
  }

  /** Gives the message that is open, if one is. */
  get openMessage(): MessageWriter | undefined {
    return this.open?.kind === 'message' ? this.open.writer : undefined;
  }

  /** Tells that reasoning is open. */
  get isThinking(): boolean {
    return this.open?.kind === 'reasoning';
  }

  get hasMessage(): boolean {
    const isShown = ({ type }: OutputItem): boolean =>
      type === 'message' || type === 'image_generation_call';
    return this.open?.kind === 'message' || this.items.ofAnswer.some(isShown);
  }

  /** Makes the place of the next item; what was open ends before it. */
  openSlot(): OutputSlot {
    this.closeOpen('completed');
    return this.items.open();
  }

  pushReasoning(delta: string): void {
    if (this.open?.kind !== 'reasoning') {
      const { ids, dialect, reasoningFormat, sealReasoning } = this.options;
      const slot = this.openSlot();
      const writer = new ReasoningWriter(this.sequence, {
        itemId: ids.next('rs'),
        outputIndex: slot.index,
        format: reasoningFormat,
        withContent: dialect.reasoningContent,
        seal: sealReasoning,
      });
      this.open = { kind: 'reasoning', slot, writer };
    }
    this.open.writer.push(delta);
  }

  pushText(text: string, logprobs: TokenLogprob[]): void {
    if (this.open?.kind === 'message') {
      this.open.writer.pushText(text, logprobs);
      return;
    }
    this.leadingSpace += text;
    if (logprobs.length > 0) this.leadingLogprobs.push(...logprobs);
    if (/\S/.test(text)) this.message();
  }

  /** Gives the open message, with the white space that was held for it. */
  message(): MessageWriter {
    if (this.open?.kind !== 'message') {
      const slot = this.openSlot();
      const { ids, citationsIn } = this.options;
      const id = ids.next('msg');
      const writer = new MessageWriter(this.sequence, id, slot.index, citationsIn, this.phase);
      this.open = { kind: 'message', slot, writer };
      if (this.leadingSpace !== '') writer.pushText(this.leadingSpace, this.leadingLogprobs);
      this.dropLeadingSpace();
    }
    return this.open.writer;
  }

  /** Adds a whole image, which comes in one piece. */
  addImage(base64: string): void {
    const slot = this.openSlot();
    const item = { type: 'image_generation_call', id: this.options.ids.next('ig') } as const;
    const output_index = slot.index;
    this.sequence.emit({
      type: 'response.output_item.added',
      output_index,
      item: { ...item, status: 'in_progress', result: null },
    });
    const done = { ...item, status: 'completed', result: base64 } as const;
    this.sequence.emit({ type: 'response.output_item.done', output_index, item: done });
    slot.close(done);
  }

  /**
   * Adds reasoning without a text: the vendor's state is all of it, and stays sealed.
   * @returns the id of the item.
   */
  addSealedReasoning(sealed: string | undefined): string {
    const slot = this.openSlot();
    const { index: output_index } = slot;
    const id = this.options.ids.next('rs');
    const item: ReasoningItem = { type: 'reasoning', id, status: 'in_progress', summary: [] };
    this.sequence.emit({ type: 'response.output_item.added', output_index, item });
    const seal = sealed === undefined ? {} : { encrypted_content: sealed };
    const done: ReasoningItem = { ...item, status: 'completed', ...seal };
    this.sequence.emit({ type: 'response.output_item.done', output_index, item: done });
    slot.close(done);
    return id;
  }

  /** Adds a whole compaction; what is in it stays sealed. */
  addCompaction(done: CompactionItem): void {
    const slot = this.openSlot();
    const { index: output_index } = slot;
    const item: CompactionItem = { ...done, status: 'in_progress', encrypted_content: '' };
    this.sequence.emit({ type: 'response.output_item.added', output_index, item });
    const type = 'response.compaction.compacting';
    this.sequence.emit({ type, output_index, item_id: done.id });
    this.sequence.emit({ type: 'response.output_item.done', output_index, item: done });
    slot.close(done);
  }

  /** @returns the item that was open. */
  closeOpen(status: ItemStatus): MessageItem | ReasoningItem | undefined {
    if (this.open === undefined) return undefined;
    const item = this.open.writer.close(status);
    this.open.slot.close(item);
    this.open = undefined;
    return item;
  }

  dropLeadingSpace(): void {
    this.leadingSpace = '';
    this.leadingLogprobs = [];
  }

  /** An answer of nothing but white space, or of nothing at all, is still a message; beside other items it is dropped. */
  closeLeadingSpace(cut: boolean): void {
    const { ofAnswer, lastOpen } = this.items;
    const done = ofAnswer.filter(({ type }) => type !== 'compaction');
    // What is still open is a call that is run here.
    const hasMessageOrCall =
      lastOpen !== undefined || done.some(({ type }) => type !== 'reasoning');
    if (!hasMessageOrCall && (this.leadingSpace !== '' || done.length === 0)) {
      this.message().openText();
      this.closeOpen(cut ? 'incomplete' : 'completed');
    } else if (this.leadingSpace !== '') {
      const message = 'White space before a tool call was left out.';
      this.options.warnings.add('whitespace_dropped', null, message);
    }
  }
}

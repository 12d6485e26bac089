import type { IdGenerator } from '../../../../common/id-generator.js';
import type { TokenLogprob } from '../../../../contracts/responses/content.js';
import type { ItemStatus, OutputItem } from '../../../../contracts/responses/items.js';
import type { WarningCollector } from '../../warning.js';
import type { EventSequence } from '../event-sequence.js';
import { MessageWriter } from './message-writer.js';
import { ReasoningWriter, type ReasoningFormat } from './reasoning-writer.js';

export interface TextItemsContext {
  sequence: EventSequence;
  ids: IdGenerator;
  warnings: WarningCollector;
  reasoningFormat: ReasoningFormat;
  sealReasoning?: ((reasoning: string) => string) | undefined;
}

type TextItem =
  | { kind: 'message'; outputIndex: number; writer: MessageWriter }
  | { kind: 'reasoning'; outputIndex: number; writer: ReasoningWriter };

/** The messages and reasoning of one answer. They follow one another, so at most one of them is open. */
export class TextItems {
  /** Closed items at their output index; the places between them are the calls'. */
  readonly closed: OutputItem[] = [];
  private nextIndex = 0;
  private open: TextItem | undefined;
  /** White space before the first visible text: alone it would make an empty message beside a call. */
  private leadingSpace = '';
  private leadingLogprobs: TokenLogprob[] = [];

  constructor(private readonly context: TextItemsContext) {}

  /** The index of the open item, or -1. */
  get openIndex(): number {
    return this.open?.outputIndex ?? -1;
  }

  /** The message that is open, if one is. */
  get openMessage(): MessageWriter | undefined {
    return this.open?.kind === 'message' ? this.open.writer : undefined;
  }

  get hasMessage(): boolean {
    return this.open?.kind === 'message' || this.closed.some((item) => isMessage(item));
  }

  /** For an item that is no text: what was open ends before it. */
  claimIndex(): number {
    this.closeOpen('completed');
    return this.nextIndex++;
  }

  pushReasoning(delta: string): void {
    if (this.open?.kind !== 'reasoning') {
      const { ids, reasoningFormat, sealReasoning, sequence } = this.context;
      const outputIndex = this.claimIndex();
      const writer = new ReasoningWriter(sequence, {
        itemId: ids.next('rs'),
        outputIndex,
        format: reasoningFormat,
        seal: sealReasoning,
      });
      this.open = { kind: 'reasoning', outputIndex, writer };
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

  /** The open message, with the white space that was held for it. */
  message(): MessageWriter {
    if (this.open?.kind !== 'message') {
      const outputIndex = this.claimIndex();
      const id = this.context.ids.next('msg');
      const writer = new MessageWriter(this.context.sequence, id, outputIndex);
      this.open = { kind: 'message', outputIndex, writer };
      if (this.leadingSpace !== '') writer.pushText(this.leadingSpace, this.leadingLogprobs);
      this.dropLeadingSpace();
    }
    return this.open.writer;
  }

  closeOpen(status: ItemStatus): void {
    if (this.open === undefined) return;
    this.closed[this.open.outputIndex] = this.open.writer.close(status);
    this.open = undefined;
  }

  dropLeadingSpace(): void {
    this.leadingSpace = '';
    this.leadingLogprobs = [];
  }

  /** An answer of nothing but white space, or of nothing at all, is still a message; beside other items it is dropped. */
  closeLeadingSpace(cut: boolean): void {
    const hasMessageOrCall = this.closed.some((item) => item.type !== 'reasoning');
    if (!hasMessageOrCall && (this.leadingSpace !== '' || this.closed.length === 0)) {
      this.message().openText();
      this.closeOpen(cut ? 'incomplete' : 'completed');
    } else if (this.leadingSpace !== '') {
      const message = 'White space before a tool call was left out.';
      this.context.warnings.add('whitespace_dropped', null, message);
    }
  }
}

function isMessage(item: OutputItem): boolean {
  return item.type === 'message';
}

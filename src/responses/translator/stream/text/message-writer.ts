import type {
  Annotation,
  MessageOutputPart,
  OutputTextPart,
  RefusalPart,
  TokenLogprob,
} from '../../../../contracts/responses/content.js';
import type { ItemStatus, MessageItem } from '../../../../contracts/responses/items.js';
import type { EventSequence } from '../sequence/event-sequence.js';
import type { ItemWriter } from './item-writer.port.js';

/** Writes an assistant message: text parts with their annotations and logprobs, and refusals. */
export class MessageWriter implements ItemWriter {
  private readonly parts: MessageOutputPart[] = [];
  private current: MessageOutputPart | undefined;

  constructor(
    private readonly sequence: EventSequence,
    private readonly itemId: string,
    private readonly outputIndex: number,
    private readonly citationsIn: (text: string) => readonly Annotation[] = () => [],
    private readonly phase?: MessageItem['phase'],
  ) {
    const item = this.item('in_progress', []);
    sequence.emit({ type: 'response.output_item.added', output_index: outputIndex, item });
  }

  pushText(delta: string, logprobs: TokenLogprob[]): void {
    const part = this.openText();
    part.text += delta;
    if (logprobs.length > 0) (part.logprobs ??= []).push(...logprobs);
    this.sequence.emit({
      type: 'response.output_text.delta',
      item_id: this.itemId,
      output_index: this.outputIndex,
      content_index: this.parts.length,
      delta,
      logprobs,
    });
  }

  pushRefusal(delta: string): void {
    const part = this.openRefusal();
    part.refusal += delta;
    const type = 'response.refusal.delta';
    this.sequence.emit({ type, ...this.position(), delta });
  }

  pushAnnotation(annotation: Annotation): void {
    const part = this.openText();
    const annotation_index = part.annotations.push(annotation) - 1;
    const type = 'response.output_text.annotation.added';
    this.sequence.emit({ type, ...this.position(), annotation_index, annotation });
  }

  close(status: ItemStatus): MessageItem {
    this.closePart();
    const item = this.item(status, this.parts);
    this.sequence.emit({
      type: 'response.output_item.done',
      output_index: this.outputIndex,
      item,
    });
    return item;
  }

  private item(status: ItemStatus, content: MessageOutputPart[]): MessageItem {
    const { itemId: id, phase } = this;
    return {
      type: 'message',
      id,
      status,
      role: 'assistant',
      content,
      ...(phase === undefined ? {} : { phase }),
    };
  }

  /** Opens an empty text part, so that a message is never without one. */
  openText(): OutputTextPart {
    if (this.current?.type === 'output_text') return this.current;
    this.closePart();
    this.addPart(emptyText());
    return (this.current = emptyText());
  }

  private openRefusal(): RefusalPart {
    if (this.current?.type === 'refusal') return this.current;
    this.closePart();
    this.addPart({ type: 'refusal', refusal: '' });
    return (this.current = { type: 'refusal', refusal: '' });
  }

  private addPart(part: MessageOutputPart): void {
    this.sequence.emit({ type: 'response.content_part.added', ...this.position(), part });
  }

  /** Ends the part; what follows is another one. */
  closePart(): void {
    const part = this.current;
    if (part === undefined) return;
    if (part.type === 'output_text') {
      for (const citation of this.citationsIn(part.text)) this.pushAnnotation(citation);
      const logprobs = part.logprobs ?? [];
      const type = 'response.output_text.done';
      this.sequence.emit({ type, ...this.position(), text: part.text, logprobs });
    } else {
      const type = 'response.refusal.done';
      this.sequence.emit({ type, ...this.position(), refusal: part.refusal });
    }
    this.sequence.emit({ type: 'response.content_part.done', ...this.position(), part });
    this.parts.push(part);
    this.current = undefined;
  }

  private position(): { item_id: string; output_index: number; content_index: number } {
    return {
      item_id: this.itemId,
      output_index: this.outputIndex,
      content_index: this.parts.length,
    };
  }
}

/** Makes the part twice: what was sent with `content_part.added` must not grow afterwards. */
function emptyText(): OutputTextPart {
  return { type: 'output_text', text: '', annotations: [], logprobs: [] };
}

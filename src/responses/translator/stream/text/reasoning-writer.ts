import type { ItemStatus, ReasoningItem } from '../../../../contracts/responses/items.js';
import type { EventSequence } from '../sequence/event-sequence.js';
import type { ReasoningFormat } from '../sequence/stream-options.js';
import type { ItemWriter } from './item-writer.port.js';

export interface ReasoningWriterContext {
  itemId: string;
  outputIndex: number;
  format: ReasoningFormat;
  /** The finished item has the trace as `content` beside the summary, too. */
  withContent: boolean;
  /** Makes `encrypted_content`; it is absent when the client did not ask for it. */
  seal?: ((reasoning: string) => string) | undefined;
}

/**
 * Writes a reasoning item. The trace goes out as a summary by default: those events are the same in Open Responses and OpenAI's
 * SDK, while each refuses the other's events for raw reasoning.
 */
export class ReasoningWriter implements ItemWriter {
  private text = '';

  constructor(
    private readonly sequence: EventSequence,
    private readonly context: ReasoningWriterContext,
  ) {
    const { outputIndex: output_index, itemId: item_id } = context;
    sequence.emit({
      type: 'response.output_item.added',
      output_index,
      item: this.item('in_progress', false),
    });
    if (context.format === 'summary') {
      const part = { type: 'summary_text' as const, text: '' };
      const type = 'response.reasoning_summary_part.added';
      sequence.emit({ type, item_id, output_index, summary_index: 0, part });
    } else {
      const part = { type: 'reasoning_text' as const, text: '' };
      const type = 'response.content_part.added';
      sequence.emit({ type, item_id, output_index, content_index: 0, part });
    }
  }

  push(delta: string): void {
    this.text += delta;
    const { outputIndex: output_index, itemId: item_id } = this.context;
    if (this.context.format === 'summary') {
      const type = 'response.reasoning_summary_text.delta';
      this.sequence.emit({ type, item_id, output_index, summary_index: 0, delta });
    } else {
      const type = 'response.reasoning_text.delta';
      this.sequence.emit({ type, item_id, output_index, content_index: 0, delta });
    }
  }

  close(status: ItemStatus): ReasoningItem {
    const { outputIndex: output_index, itemId: item_id } = this.context;
    const at = { item_id, output_index };
    const text = this.text;
    if (this.context.format === 'summary') {
      const part = { type: 'summary_text' as const, text };
      const type = 'response.reasoning_summary_text.done';
      this.sequence.emit({ type, ...at, summary_index: 0, text });
      const partType = 'response.reasoning_summary_part.done';
      this.sequence.emit({ type: partType, ...at, summary_index: 0, part });
    } else {
      const part = { type: 'reasoning_text' as const, text };
      this.sequence.emit({ type: 'response.reasoning_text.done', ...at, content_index: 0, text });
      this.sequence.emit({ type: 'response.content_part.done', ...at, content_index: 0, part });
    }
    const item = this.item(status, true);
    this.sequence.emit({ type: 'response.output_item.done', output_index, item });
    return item;
  }

  private item(status: ItemStatus, whole: boolean): ReasoningItem {
    const item: ReasoningItem = { type: 'reasoning', id: this.context.itemId, status, summary: [] };
    if (!whole) return item;
    if (this.context.format === 'summary') {
      item.summary = [{ type: 'summary_text', text: this.text }];
    }
    if (this.context.format === 'raw' || this.context.withContent)
      item.content = [{ type: 'reasoning_text', text: this.text }];
    const sealed = this.context.seal?.(this.text);
    if (sealed !== undefined) item.encrypted_content = sealed;
    return item;
  }
}

import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { OutputItem } from '../../../contracts/responses/items.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';

/**
 * Keeps a response true to the text that was given out, where deltas were changed or held back on their way: the events that
 * repeat a text, and the final Response, have what the deltas had. Numbers are given anew, so that they have no gaps.
 */
export class GivenText {
  private readonly texts = new Map<string, string[]>();
  private readonly done = new Set<string>();
  private nextNumber = 0;

  pass(events: readonly ResponseEvent[]): ResponseEvent[] {
    return events.map((event) => ({
      ...this.corrected(event),
      sequence_number: this.nextNumber++,
    }));
  }

  /** Says whether the end of an item was given out. */
  isDone({ id }: OutputItem): boolean {
    return this.done.has(id);
  }

  private corrected(event: ResponseEvent): ResponseEvent {
    switch (event.type) {
      case 'response.output_text.delta':
        this.note(`text:${event.item_id}:${event.content_index}`, event.delta);
        return event;
      case 'response.refusal.delta':
        this.note(`refusal:${event.item_id}:${event.content_index}`, event.delta);
        return event;
      case 'response.reasoning_text.delta':
        this.note(`reasoning:${event.item_id}:${event.content_index}`, event.delta);
        return event;
      case 'response.reasoning_summary_text.delta':
        this.note(`summary:${event.item_id}:${event.summary_index}`, event.delta);
        return event;
      case 'response.output_text.done':
        return { ...event, text: this.given(`text:${event.item_id}:${event.content_index}`) };
      case 'response.refusal.done':
        return { ...event, refusal: this.given(`refusal:${event.item_id}:${event.content_index}`) };
      case 'response.reasoning_text.done':
        return { ...event, text: this.given(`reasoning:${event.item_id}:${event.content_index}`) };
      case 'response.reasoning_summary_text.done':
        return { ...event, text: this.given(`summary:${event.item_id}:${event.summary_index}`) };
      case 'response.content_part.done':
        return { ...event, part: this.part(event.item_id, event.content_index, event.part) };
      case 'response.reasoning_summary_part.done':
        return { ...event, part: this.summary(event.item_id, event.summary_index, event.part) };
      case 'response.output_item.done':
        this.done.add(event.item.id);
        return { ...event, item: this.item(event.item) };
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        return { ...event, response: this.response(event.response) };
      default:
        return event;
    }
  }

  private response(response: ResponseResource): ResponseResource {
    return { ...response, output: response.output.map((item) => this.item(item)) };
  }

  private item(item: OutputItem): OutputItem {
    if (item.type === 'message') {
      const content = item.content.map((part, index) => this.part(item.id, index, part));
      return { ...item, content };
    }
    if (item.type !== 'reasoning') return item;
    return {
      ...item,
      summary: item.summary.map((part, index) => this.summary(item.id, index, part)),
      ...(item.content === undefined
        ? {}
        : { content: item.content.map((part, index) => this.thought(item.id, index, part)) }),
    };
  }

  private part<Part extends { type: string }>(itemId: string, index: number, part: Part): Part {
    if (part.type === 'refusal')
      return { ...part, refusal: this.given(`refusal:${itemId}:${index}`) };
    if (part.type === 'reasoning_text') return this.thought(itemId, index, part);
    const text = this.given(`text:${itemId}:${index}`);
    const isChanged = text !== (part as { text?: string }).text;
    // What was said of single tokens, or of places in the text, is not true of another text.
    return { ...part, text, ...(isChanged ? { annotations: [], logprobs: [] } : {}) };
  }

  private summary<Part extends object>(itemId: string, index: number, part: Part): Part {
    return { ...part, text: this.given(`summary:${itemId}:${index}`) };
  }

  /** A thought that was told as a summary stands beside it once more. */
  private thought<Part extends object>(itemId: string, index: number, part: Part): Part {
    const key = `reasoning:${itemId}:${index}`;
    return { ...part, text: this.given(this.texts.has(key) ? key : `summary:${itemId}:${index}`) };
  }

  private note(key: string, delta: string): void {
    const pieces = this.texts.get(key);
    if (pieces === undefined) this.texts.set(key, [delta]);
    else pieces.push(delta);
  }

  private given(key: string): string {
    const pieces = this.texts.get(key);
    if (pieces === undefined) return '';
    if (pieces.length > 1) pieces.splice(0, pieces.length, pieces.join(''));
    return pieces[0] ?? '';
  }
}

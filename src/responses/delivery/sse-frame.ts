import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import { FrameBuffer } from './frame-buffer.js';

/** Every stream ends with this frame. Source: Open Responses 2026-04-24, "HTTP". */
export const DONE_FRAME = Buffer.from('data: [DONE]\n\n');

type SnapshotEvent = Extract<ResponseEvent, { response: ResponseResource }>;
type DeltaEvent = Extract<ResponseEvent, { delta: string; item_id: string }>;

/** All streams share one buffer: a batch is encoded without a pause, and then copied. */
const buffer = new FrameBuffer();

/**
 * Writes events as SSE frames: `event:` equals `type`, one `data:` line, LF, no `id:`. A delta frame differs from the one before
 * only in its delta and number, so its head is kept, which costs a seventh of JSON.stringify per token.
 */
export class SseEncoder {
  private headOf: DeltaEvent | undefined;
  private head = Buffer.alloc(0);
  private response: ResponseResource | undefined;
  private responseJson = '';

  /** Encodes all frames of one batch, to be written at once: a frame must never be cut over two writes. */
  encode(events: readonly ResponseEvent[], end?: Buffer): Buffer {
    this.fill(events);
    if (end !== undefined) buffer.addBytes(end);
    return buffer.copy();
  }

  /** Encodes the same as one chunk of a chunked HTTP body. */
  encodeChunk(events: readonly ResponseEvent[]): Buffer {
    this.fill(events);
    return buffer.copyAsChunk();
  }

  private fill(events: readonly ResponseEvent[]): void {
    buffer.clear();
    for (const event of events) this.encodeEvent(event);
    this.response = undefined;
  }

  private encodeEvent(event: ResponseEvent): void {
    if (
      'delta' in event &&
      'item_id' in event &&
      !('logprobs' in event && event.logprobs.length > 0)
    ) {
      this.encodeDelta(event);
    } else if ('response' in event) {
      this.encodeSnapshot(event);
    } else {
      buffer.addText(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
  }

  /**
   * Encodes the Response once for `response.created` and `response.in_progress`, which carry the same one, tools and instructions
   * included.
   */
  private encodeSnapshot({ type, sequence_number, response }: SnapshotEvent): void {
    if (response !== this.response) {
      this.response = response;
      this.responseJson = JSON.stringify(response);
    }
    buffer.addText(
      `event: ${type}\ndata: {"type":"${type}","sequence_number":${sequence_number},"response":`,
    );
    buffer.addText(this.responseJson);
    buffer.addText('}\n\n');
  }

  private encodeDelta(event: DeltaEvent): void {
    const last = this.headOf;
    if (
      last?.item_id !== event.item_id ||
      last.type !== event.type ||
      partOf(last) !== partOf(event)
    ) {
      this.headOf = event;
      this.head = Buffer.from(deltaHead(event));
    }
    buffer.addBytes(this.head);
    buffer.addJsonText(event.delta);
    buffer.addAscii(',"sequence_number":');
    buffer.addAscii(String(event.sequence_number));
    buffer.addAscii('}\n\n');
  }
}

function partOf(event: DeltaEvent): number {
  if ('content_index' in event) return event.content_index;
  return 'summary_index' in event ? event.summary_index : -1;
}

/** Makes everything of the frame before the delta; keys stand in another order than JSON.stringify would give, which JSON allows. */
function deltaHead(event: DeltaEvent): string {
  const constant = JSON.stringify({ ...event, delta: undefined, sequence_number: undefined });
  return `event: ${event.type}\ndata: ${constant.slice(0, -1)},"delta":`;
}

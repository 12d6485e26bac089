import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import { TextEraser, type HiddenTexts } from './text-eraser.js';

/** Changes chunks on their way, and may hold something of them back until it is clear what they are. */
export interface ChunkFilter {
  pushAll(chunks: readonly ChatChunk[]): ChatChunk[];
  /** Gives what is held back at the end of a stream. */
  end(): ChatChunk[];
}

/**
 * Erases hidden texts that a model spells over several events of the Responses API. Only one text is spoken at a time: what is held
 * back of it comes before any other event, whose whole texts have been searched as bytes.
 */
export class DeltaEraser implements ChunkFilter {
  private readonly eraser: TextEraser;
  private spoken: ChatChunk | undefined;

  constructor(hidden: HiddenTexts) {
    this.eraser = new TextEraser(hidden);
  }

  pushAll(chunks: readonly ChatChunk[]): ChatChunk[] {
    return chunks.flatMap((chunk) => this.push(chunk));
  }

  end(): ChatChunk[] {
    const held = this.eraser.end();
    return held === '' || this.spoken === undefined ? [] : [{ ...this.spoken, delta: held }];
  }

  private push(event: ChatChunk): ChatChunk[] {
    const { delta } = event;
    if (typeof delta !== 'string') return [...this.end(), event];
    const before = this.spoken === undefined || isSameText(this.spoken, event) ? [] : this.end();
    this.spoken = event;
    const shown = this.eraser.push(delta);
    if (shown === delta) return [...before, event];
    // What a token was in a text that has changed is not told.
    return shown === '' ? before : [...before, { ...event, delta: shown, logprobs: [] }];
  }
}

const places = ['type', 'item_id', 'output_index', 'content_index', 'summary_index'] as const;

function isSameText(one: ChatChunk, other: ChatChunk): boolean {
  return places.every((name) => one[name] === other[name]);
}

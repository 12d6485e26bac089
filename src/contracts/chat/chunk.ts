/** Stands for `[DONE]`, the backend's mark that its stream is whole. No chunk from outside can be this very object. */
export const DONE_CHUNK: ChatChunk = Object.freeze({});

/**
 * A Chat Completions backend answers with this, and one that speaks Responses with events, which are records as well. Backends lie about every field (see docs/compatibility.md),
 * so nothing here is trusted: readers narrow each value before they use it.
 */
export interface ChatChunk {
  id?: unknown;
  model?: unknown;
  choices?: unknown;
  usage?: unknown;
  error?: unknown;
  [field: string]: unknown;
}

/**
 * Stands for a chunk that differs from an earlier one of its answer in the text of its content alone, as most tokens do: whatever else
 * it says has been read. Who knows it takes the text, and needs no look at the rest; to others it has what they read of chunks,
 * and as JSON it is the whole.
 */
export class TextChunk implements ChatChunk {
  [field: string]: unknown;
  private whole: ChatChunk | undefined;

  constructor(
    readonly text: string,
    private readonly chunkOf: (text: string) => ChatChunk,
  ) {}

  get id(): unknown {
    return this.toJSON().id;
  }

  get model(): unknown {
    return this.toJSON().model;
  }

  get choices(): unknown {
    return this.toJSON().choices;
  }

  toJSON(): ChatChunk {
    return (this.whole ??= this.chunkOf(this.text));
  }
}

/** Gives a chunk with all of its fields. */
export function wholeChunk(chunk: ChatChunk): ChatChunk {
  return chunk instanceof TextChunk ? chunk.toJSON() : chunk;
}

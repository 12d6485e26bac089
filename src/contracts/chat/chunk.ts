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

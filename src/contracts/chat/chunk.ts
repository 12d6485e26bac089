/**
 * What comes back from a Chat Completions backend. Backends lie about every field (see docs/compatibility.md),
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

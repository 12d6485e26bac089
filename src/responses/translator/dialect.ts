/**
 * How one backend speaks Chat Completions, as data. Presets are in `backend/dialects/`; the translator only reads.
 * Source of each value: docs/compatibility.md and the vendor's documentation.
 */
export interface BackendDialect {
  readonly name: string;
  /** The header that carries the key, where it is not `Authorization: Bearer KEY`. */
  readonly apiKeyHeader?: 'api-key';
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** The role that `developer` messages get. */
  readonly developerRole: 'developer' | 'system';
  /** Leading system and developer messages: joined into one (strict templates), or sent one by one. */
  readonly leadingSystem: 'merge' | 'separate';
  /** A system message after the first turn stays in its place, as `system` or, for strict templates, as marked `user`. */
  readonly lateSystem: 'system' | 'user';
  /** Join neighbouring user messages: templates that want strict alternation. Assistant neighbours always join. */
  readonly mergeUserMessages: boolean;
  /** Which earlier reasoning goes back: none, only that of turns with tool calls, or all. */
  readonly reasoningReplay: 'off' | 'tool-turns' | 'full';
  /** How it goes back. */
  readonly reasoningReplayField: 'think_tags' | 'reasoning_content' | 'reasoning';
  /** Read from the first of these that a chunk carries; never from two (doubled text). */
  readonly reasoningFields: readonly ('reasoning_content' | 'reasoning' | 'reasoning_details')[];
  /** `<think>` in the content is reasoning. */
  readonly thinkTags: boolean;
  /** Where `reasoning.effort` goes; `none` drops it with a warning. */
  readonly effortField:
    'reasoning_effort' | 'reasoning' | 'chat_template_kwargs' | 'thinking' | 'none';
  /** Effort asked for -> effort sent. An effort that is missing here is sent as it is. */
  readonly effortMap: Readonly<Record<string, string>>;
  readonly includeUsage: boolean;
  readonly strictTools: 'pass' | 'drop';
  /** Best form of structured output that the backend has; a weaker one is a warning. */
  readonly responseFormat: 'json_schema' | 'json_object' | 'prompt';
  readonly toolChoice: boolean;
  readonly parallelToolCalls: boolean;
  readonly maxToolNameLength: number;
  readonly callIdFormat: 'any' | 'alphanumeric9';
  /** `data`: only data URLs; `none`: a placeholder and a warning. */
  readonly images: 'url' | 'data' | 'none';
  /** PDF and other binary files go as chat `file` parts; otherwise a 400. */
  readonly fileParts: boolean;
  /** Optional request fields that this backend takes. Whatever is not here is dropped with a warning. */
  readonly allowedFields: ReadonlySet<string>;
}

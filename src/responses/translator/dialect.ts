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
  /** A user message may not follow a tool message; a short assistant message is put between them. */
  readonly assistantAfterTool: boolean;
  /** Which earlier reasoning goes back: none, only that of turns with tool calls, or all. */
  readonly reasoningReplay: 'off' | 'tool-turns' | 'full';
  /** How it goes back. */
  readonly reasoningReplayField: 'think_tags' | 'reasoning_content' | 'reasoning';
  /** Read from the first of these that a chunk carries; never from two (doubled text). */
  readonly reasoningFields: readonly ('reasoning_content' | 'reasoning' | 'reasoning_details')[];
  /**
   * `tags`: a `<think>` that opens the content is reasoning. `open`: the template has opened it in the prompt, so only
   * `</think>` appears; right for models that always think. `off`: tags are text.
   */
  readonly thinkTags: 'off' | 'tags' | 'open';
  /**
   * Tool calls that the model wrote as text become calls again: `<function=…>`, Hermes' `<tool_call>{json}`, and the
   * `failed_generation` of Groq's errors. Only for tools that the request offers.
   */
  readonly toolCallRescue: boolean;
  /** A finished answer with nothing to show: leave it, ask once more, or fail. Each is a warning. */
  readonly emptyTurn: 'leave' | 'retry' | 'fail';
  /** Where `reasoning.effort` goes; `none` drops it with a warning. */
  readonly effortField:
    'reasoning_effort' | 'reasoning' | 'chat_template_kwargs' | 'thinking' | 'none';
  /** Effort asked for -> effort sent. An effort that is missing here is sent as it is. */
  readonly effortMap: Readonly<Record<string, string>>;
  readonly includeUsage: boolean;
  readonly strictTools: 'pass' | 'drop';
  /** JSON schemas go as they are, with every `$ref` inlined, or cut down to the keywords that Gemini knows. */
  readonly schemaDialect: 'full' | 'inlined' | 'gemini';
  /** Best form of structured output that the backend has; a weaker one is a warning. */
  readonly responseFormat: 'json_schema' | 'json_object' | 'prompt';
  readonly toolChoice: boolean;
  readonly parallelToolCalls: boolean;
  readonly maxToolNameLength: number;
  readonly callIdFormat: 'any' | 'alphanumeric9';
  /** Gemini: the first call of a turn must carry a thought signature; a stand-in is sent, see docs/backends.md. */
  readonly thoughtSignatures: boolean;
  /** `data`: only data URLs; `none`: a placeholder and a warning. */
  readonly images: 'url' | 'data' | 'none';
  /** PDF and other binary files go as chat `file` parts; otherwise a 400. */
  readonly fileParts: boolean;
  /**
   * Who counts the tokens of a prompt: nobody, so they are estimated; `POST /tokenize` with the messages (vLLM, SGLang);
   * or `POST …/chat/completions/input_tokens` (llama.cpp).
   */
  readonly tokenCount: 'estimate' | 'tokenize' | 'input_tokens';
  /** Optional request fields that this backend takes. Whatever is not here is dropped with a warning. */
  readonly allowedFields: ReadonlySet<string>;
  /** Wordings of errors that mean that the conversation is too long for the model. */
  readonly overflowPatterns: readonly RegExp[];
}

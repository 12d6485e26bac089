/** Any function by name; only the words `auto`, `required` and `none`; only `auto` and `none`; nothing. */
export type ToolChoiceGrade = 'named' | 'words' | 'auto' | 'none';

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
  /** Templates without a system role get the instructions at the head of the first user message. */
  readonly systemRole: 'system' | 'user';
  /**
   * What the template does not show is told as text: the calls of the history, or the tools and outputs as well. The
   * model's calls are then read out of its text, see `toolCallRescue`.
   */
  readonly toolTelling: 'native' | 'calls_as_text' | 'all_as_text';
  /** How the model writes its calls. */
  readonly callStyle: 'hermes' | 'granite' | 'deepseek' | 'functionary' | 'python';
  /** Text beside calls: the template shows it, or it goes apart before them, or with the first output. */
  readonly textBesideCalls: 'shown' | 'apart' | 'with_output';
  /** Parallel calls of the history are told one after the other, each with its output. */
  readonly oneCallPerTurn: boolean;
  /** Join neighbouring user messages: templates that want strict alternation. Assistant neighbours always join. */
  readonly mergeUserMessages: boolean;
  /** A user message may not follow a tool message; a short assistant message is put between them. */
  readonly assistantAfterTool: boolean;
  /** Which earlier reasoning goes back: none, only that of turns with tool calls, or all. */
  readonly reasoningReplay: 'off' | 'tool-turns' | 'full';
  /**
   * Assistant messages whose reasoning is lost, by a client that dropped it or a model that had none, get a placeholder:
   * those with calls, or all, where reasoning goes back in a field. Thinking models refuse the conversation otherwise.
   */
  readonly missingReasoning: 'leave' | 'calls' | 'all';
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
  /** Where `reasoning.effort` goes; `none` drops it with a warning. Two words are a switch beside the effort. */
  readonly effortField:
    | 'reasoning_effort'
    | 'reasoning'
    | 'chat_template_kwargs'
    | 'thinking'
    | 'thinking_and_effort'
    | 'enable_thinking'
    | 'none';
  /** The switch of the model's chat template, where `effortField` is `chat_template_kwargs`. */
  readonly thinkingSwitch: 'enable_thinking' | 'thinking';
  /** Effort asked for -> effort sent. An effort that is missing here is sent as it is. */
  readonly effortMap: Readonly<Record<string, string>>;
  readonly includeUsage: boolean;
  readonly strictTools: 'pass' | 'drop';
  /** JSON schemas go as they are, without `$ref`, as a vendor's reader takes them, or with a description everywhere. */
  readonly schemaDialect: 'full' | 'inlined' | 'gemini' | 'moonshot' | 'llamacpp' | 'described';
  /** Best form of structured output that the backend has; a weaker one is a warning. */
  readonly responseFormat: 'json_schema' | 'json_object' | 'prompt';
  /** How much of a forced tool choice the backend takes; what it does not take becomes the next weaker one. */
  readonly toolChoice: ToolChoiceGrade;
  /** The same while the model thinks: many thinking models refuse to be forced then. */
  readonly thinkingToolChoice: ToolChoiceGrade;
  readonly parallelToolCalls: boolean;
  readonly maxToolNameLength: number;
  /** Tool messages carry the function's name: some hosts demand it, strict ones refuse it. */
  readonly toolMessageName: boolean;
  /** What stands as content beside calls when the model said nothing. */
  readonly contentBesideCalls: 'null' | 'empty';
  readonly callIdFormat: 'any' | 'alphanumeric9';
  /** `reasoning_details` go back unchanged (OpenRouter). */
  readonly reasoningDetails: boolean;
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

import type { InputItem } from './items.js';
import type { ResponseTool, ToolChoice } from './tools.js';

export interface ReasoningSettings {
  effort?: string | null;
  summary?: string | null;
  generate_summary?: string | null;
  /** Says which earlier thoughts the model sees again. */
  context?: 'auto' | 'current_turn' | 'all_turns' | null;
  mode?: string | null;
}

export type TextFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      name: string;
      schema: Record<string, unknown>;
      description?: string | null;
      strict?: boolean | null;
    };

export interface TextSettings {
  format?: TextFormat | null;
  verbosity?: string | null;
}

export interface ContextManagement {
  type: 'compaction';
  /** The conversation is compacted when its input has more tokens than these. */
  compact_threshold?: number | null;
}

/** Names a template of the operator's. */
export interface ResponsePrompt {
  id: string;
  version?: string | null;
  /** Has texts, or content parts: `input_text`, `input_image`, `input_file`. */
  variables?: Record<string, unknown> | null;
}

/** OpenAI runs what may wait (`2h`, `8h`) at a discount. */
export interface BackgroundOptions {
  completion_window?: string | null;
  continuation_id?: string | null;
}

/** This is the body of POST /v1/responses. Everything but `model` may be absent; null means absent. */
export interface CreateResponseBody {
  model: string;
  input?: string | InputItem[] | null;
  /** Chat messages may come before `input`, as in the hybrid mode of the Rust proxy that this one succeeds. */
  messages?: unknown[] | null;
  instructions?: string | null;
  stream?: boolean | null;
  stream_options?: { include_obfuscation?: boolean | null } | null;
  store?: boolean | null;
  background?: boolean | null;
  background_options?: BackgroundOptions | null;
  previous_response_id?: string | null;
  conversation?: string | { id: string } | null;
  prompt?: ResponsePrompt | null;
  include?: string[] | null;
  metadata?: Record<string, string> | null;
  tools?: ResponseTool[] | null;
  tool_choice?: ToolChoice | null;
  parallel_tool_calls?: boolean | null;
  max_tool_calls?: number | null;
  max_output_tokens?: number | null;
  /** Clients of the Rust proxy write the limit as chat does; `max_output_tokens` wins. */
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  top_logprobs?: number | null;
  logprobs?: boolean | null;
  reasoning?: ReasoningSettings | null;
  reasoning_effort?: string | null;
  text?: TextSettings | null;
  response_format?: Record<string, unknown> | null;
  truncation?: 'auto' | 'disabled' | null;
  context_management?: ContextManagement[] | null;
  service_tier?: string | null;
  safety_identifier?: string | null;
  prompt_cache_key?: string | null;
  prompt_cache_retention?: string | null;
  user?: string | null;
  /** Clients of the Rust proxy send chat parameters, too: seed, stop, logit_bias, ... */
  [key: string]: unknown;
}

import type { OutputItem } from './items.js';
import type { ResponsePrompt, TextFormat } from './request.js';
import type { ResponseTool, ToolChoice } from './tools.js';

export type ResponseStatus =
  'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

/** Counts tokens. Both detail objects are always there, since Codex refuses a usage without them (docs/codex.md). */
export interface Usage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

export interface ResponseError {
  code: string;
  message: string;
}

export type IncompleteReason = 'max_output_tokens' | 'content_filter';

/**
 * This is the Response resource. All 31 fields that Open Responses requires are always present, and `null` only where its schema
 * allows it. Times are whole seconds since the epoch.
 */
export interface ResponseResource {
  id: string;
  object: 'response';
  created_at: number;
  completed_at: number | null;
  status: ResponseStatus;
  error: ResponseError | null;
  incomplete_details: { reason: IncompleteReason } | null;
  instructions: string | null;
  max_output_tokens: number | null;
  max_tool_calls: number | null;
  model: string;
  output: OutputItem[];
  parallel_tool_calls: boolean;
  previous_response_id: string | null;
  reasoning: {
    effort: string | null;
    summary: string | null;
    /** The client may leave these out; then they are not here. */
    context?: string;
    mode?: string;
  } | null;
  store: boolean;
  background: boolean;
  temperature: number;
  top_p: number;
  presence_penalty: number;
  frequency_penalty: number;
  top_logprobs: number;
  text: { format: TextFormat; verbosity?: string };
  tool_choice: ToolChoice;
  tools: ResponseTool[];
  truncation: 'auto' | 'disabled';
  usage: Usage | null;
  safety_identifier: string | null;
  prompt_cache_key: string | null;
  service_tier: string;
  metadata: Record<string, string>;
  /** OpenAI's types require the field, but nothing of the kind is here. */
  access_programs: null;
  /** OpenAI adds these, and they are here only when the client sent them. */
  user?: string;
  conversation?: { id: string };
  prompt?: ResponsePrompt;
}

import type { IncompleteReason } from '../../../../contracts/responses/response.js';

export type Finish =
  | { status: 'completed'; known: boolean }
  | { status: 'incomplete'; reason: IncompleteReason }
  | { status: 'failed'; reason: string };

/**
 * What a chat `finish_reason` means for the response. Whether calls were made is read from the content, not from
 * here, since backends say `stop` with calls and `tool_calls` without (pain point 19).
 */
export function mapFinishReason(reason: string): Finish {
  switch (reason) {
    case 'stop':
    case 'tool_calls':
    case 'function_call':
    case 'eos': // Together
    case 'end_turn':
    case 'stop_sequence':
      return { status: 'completed', known: true };
    case 'length':
    case 'max_tokens':
    case 'model_length': // Mistral: the context window is full
      return { status: 'incomplete', reason: 'max_output_tokens' };
    case 'content_filter':
    case 'safety':
      return { status: 'incomplete', reason: 'content_filter' };
    case 'error':
    case 'abort': // vLLM, SGLang: the engine gave the request up
    case 'insufficient_system_resource': // DeepSeek
      return { status: 'failed', reason };
    default:
      return { status: 'completed', known: false };
  }
}

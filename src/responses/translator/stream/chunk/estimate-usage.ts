import type { Usage } from '../../../../contracts/responses/response.js';
import { estimateTextTokens } from '../../estimate-tokens.js';

/**
 * Estimates usage for a backend that tells none.
 * @param outputCharacters counts text, reasoning and arguments of the answer.
 */
export function estimateUsage(inputTokens: number, outputCharacters: number): Usage {
  const outputTokens = estimateTextTokens(outputCharacters);
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

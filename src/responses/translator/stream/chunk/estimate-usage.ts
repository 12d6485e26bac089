import type { ChatRequest } from '../../../../contracts/chat/request.js';
import type { Usage } from '../../../../contracts/responses/response.js';

/** English text and code have about four characters per token in every common tokenizer. */
const CHARACTERS_PER_TOKEN = 4;

/** An image or file is counted by a usual price, not by the length of its base64. */
const CHARACTERS_PER_ATTACHMENT = 1_000 * CHARACTERS_PER_TOKEN;

/** Tokens of what the model reads: messages and tools. Right to about a third, which is enough to compact in time. */
export function estimateInputTokens({ messages, tools }: ChatRequest): number {
  let attachments = 0;
  const text = JSON.stringify([messages, tools ?? []], (_key, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith('data:')) return value;
    attachments++;
    return '';
  });
  return toTokens(text.length + attachments * CHARACTERS_PER_ATTACHMENT);
}

/** @param outputCharacters text, reasoning and arguments of the answer. */
export function estimateUsage(inputTokens: number, outputCharacters: number): Usage {
  const outputTokens = toTokens(outputCharacters);
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

function toTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

import type { ChatChunk } from '../../../../contracts/chat/chunk.js';
import type { Usage } from '../../../../contracts/responses/response.js';
import { asCount, asRecord, type JsonRecord } from '../../../../common/json.js';

/**
 * Reads the usage of a chunk, wherever the backend put it: `usage`, Groq's `x_groq.usage`, or inside the choice (Moonshot).
 * Undefined when the chunk has none; the caller keeps the last one, since vLLM may send a running count.
 */
export function convertUsage(chunk: ChatChunk, choice: JsonRecord | undefined): Usage | undefined {
  const usage =
    asRecord(chunk.usage) ?? asRecord(asRecord(chunk.x_groq)?.usage) ?? asRecord(choice?.usage);
  if (usage === undefined) return undefined;

  const inputTokens = asCount(usage.prompt_tokens) ?? asCount(usage.input_tokens);
  const completionTokens = asCount(usage.completion_tokens) ?? asCount(usage.output_tokens);
  if (inputTokens === undefined && completionTokens === undefined) return undefined;

  const reasoningTokens = readReasoningTokens(usage);
  const outputTokens = includeReasoning(
    usage,
    inputTokens ?? 0,
    completionTokens ?? 0,
    reasoningTokens,
  );
  return {
    input_tokens: inputTokens ?? 0,
    input_tokens_details: readInputDetails(usage, asRecord(chunk.timings)),
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: (inputTokens ?? 0) + outputTokens,
  };
}

/** Adds up what two answers to one request cost together. */
export function addUsage(first: Usage | null, second: Usage | null): Usage | null {
  if (first === null || second === null) return second ?? first;
  const { input_tokens_details: before, output_tokens_details: thoughtBefore } = first;
  const { input_tokens_details: after, output_tokens_details: thoughtAfter } = second;
  return {
    input_tokens: first.input_tokens + second.input_tokens,
    input_tokens_details: {
      cached_tokens: before.cached_tokens + after.cached_tokens,
      cache_write_tokens: before.cache_write_tokens + after.cache_write_tokens,
    },
    output_tokens: first.output_tokens + second.output_tokens,
    output_tokens_details: {
      reasoning_tokens: thoughtBefore.reasoning_tokens + thoughtAfter.reasoning_tokens,
    },
    total_tokens: first.total_tokens + second.total_tokens,
  };
}

/** Vendors count cached tokens under names of their own; each stands behind its name. */
function readInputDetails(
  usage: JsonRecord,
  timings: JsonRecord | undefined,
): Usage['input_tokens_details'] {
  const details = asRecord(usage.prompt_tokens_details) ?? asRecord(usage.input_tokens_details);
  return {
    cached_tokens:
      asCount(details?.cached_tokens) ??
      asCount(usage.prompt_cache_hit_tokens) ?? // DeepSeek
      asCount(usage.cached_tokens) ?? // Moonshot
      asCount(usage.cache_read_input_tokens) ?? // Anthropic, behind gateways
      asCount(usage.cached_content_token_count) ?? // Gemini
      asCount(timings?.cache_n) ?? // llama.cpp
      0,
    cache_write_tokens:
      asCount(details?.cache_write_tokens) ?? asCount(details?.cache_creation_tokens) ?? 0,
  };
}

function readReasoningTokens(usage: JsonRecord): number {
  const details =
    asRecord(usage.completion_tokens_details) ?? asRecord(usage.output_tokens_details);
  return (
    asCount(details?.reasoning_tokens) ??
    asCount(details?.thinking_tokens) ??
    asCount(usage.reasoning_tokens) ??
    asCount(usage.thinking_tokens) ??
    asCount(usage.thoughts_token_count) ?? // Gemini
    0
  );
}

/**
 * xAI counts reasoning beside `completion_tokens`, not inside; its total gives it away (UKGovernmentBEIS/inspect_ai#5528,
 * September 2026).
 */
function includeReasoning(
  usage: JsonRecord,
  inputTokens: number,
  completionTokens: number,
  reasoningTokens: number,
): number {
  const isBeside = asCount(usage.total_tokens) === inputTokens + completionTokens + reasoningTokens;
  return isBeside ? completionTokens + reasoningTokens : completionTokens;
}

import { Decimal, Dictionary, Flag, Integer, List, OneOf } from './field-rules.js';
import { StringOrList, StringOrObject, Text } from './field-rules.js';

/**
 * Declares the envelope of POST /v1/responses: types and ranges of its top-level fields, null meaning absent. Fields that are not
 * here pass; the translation decides on them. What is inside items and tools is checked by compiled schemas
 * (`item-validator.ts`), since class-validator on every item would double the cost of a large request.
 */
export class CreateResponseDto {
  @Text() model: unknown;
  @StringOrList() input: unknown;
  @List() messages: unknown;
  @Text() instructions: unknown;

  @Flag() stream: unknown;
  @Dictionary() stream_options: unknown;
  @Flag() store: unknown;
  @Flag() background: unknown;
  @Dictionary() background_options: unknown;
  @Text() previous_response_id: unknown;
  @StringOrObject() conversation: unknown;
  @List() include: unknown;
  @OneOf('auto', 'disabled') truncation: unknown;

  @List() tools: unknown;
  @StringOrObject() tool_choice: unknown;
  @Flag() parallel_tool_calls: unknown;
  @Integer(1) max_tool_calls: unknown;

  @Integer(1) max_output_tokens: unknown;
  @Integer(1) max_completion_tokens: unknown;
  @Integer(1) max_tokens: unknown;
  @Decimal(0, 2) temperature: unknown;
  @Decimal(0, 1) top_p: unknown;
  @Decimal(-2, 2) presence_penalty: unknown;
  @Decimal(-2, 2) frequency_penalty: unknown;
  @Integer(0, 20) top_logprobs: unknown;
  @Flag() logprobs: unknown;
  @Integer(1) n: unknown;
  @Integer() seed: unknown;

  @Dictionary() reasoning: unknown;
  @Text() reasoning_effort: unknown;
  @Dictionary() text: unknown;
  @Dictionary() response_format: unknown;

  @Dictionary() metadata: unknown;
  @Text() service_tier: unknown;
  @Text(128) safety_identifier: unknown;
  @Text(64) prompt_cache_key: unknown;
  // Earlier SDKs wrote a hyphen.
  @OneOf('in_memory', '24h', 'in-memory') prompt_cache_retention: unknown;
  @Text() user: unknown;
}

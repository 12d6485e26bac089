/** Every chat backend knows these, or at least ignores them. */
export const commonFields = [
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'presence_penalty',
  'frequency_penalty',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'stop',
  'seed',
  'user',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
] as const;

/** vLLM, SGLang and llama.cpp have these sampling and template switches. */
export const openEngineFields = [
  'top_k',
  'min_p',
  'repetition_penalty',
  'length_penalty',
  'min_tokens',
  'stop_token_ids',
  'ignore_eos',
  'skip_special_tokens',
  'include_stop_str_in_output',
  'chat_template_kwargs',
] as const;

/** OpenAI alone stores, bills or routes by these; others answer 400 to some of them. */
export const openAiFields = [
  'n',
  'verbosity',
  'metadata',
  'store',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
  'moderation',
  'modalities',
  'prediction',
  'web_search_options',
  'function_call',
  'functions',
] as const;

/** Every server of the Responses API that was seen takes these, or ignores them. */
export const commonResponsesFields = [
  'max_output_tokens',
  'temperature',
  'top_p',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'verbosity',
  'include',
  'logprobs',
  'top_logprobs',
  'metadata',
  'user',
] as const;

/** OpenAI alone stores, bills or routes by these. */
export const openAiResponsesFields = [
  'max_tool_calls',
  'truncation',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
  'moderation',
] as const;

export function fields(...groups: readonly (readonly string[])[]): ReadonlySet<string> {
  return new Set(groups.flat());
}

export function fieldsWithout(
  base: ReadonlySet<string>,
  ...names: readonly string[]
): ReadonlySet<string> {
  return new Set([...base].filter((name) => !names.includes(name)));
}

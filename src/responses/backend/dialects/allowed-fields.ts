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

export function fields(...groups: readonly (readonly string[])[]): ReadonlySet<string> {
  return new Set(groups.flat());
}

export function fieldsWithout(
  base: ReadonlySet<string>,
  ...names: readonly string[]
): ReadonlySet<string> {
  return new Set([...base].filter((name) => !names.includes(name)));
}

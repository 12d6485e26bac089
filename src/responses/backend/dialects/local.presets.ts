import { commonFields, fields, fieldsWithout } from './allowed-fields.js';
import { knownDialect } from './default.dialect.js';
import { enginePreset, type Preset } from './preset.js';

/** These are engines and proxies in the private network, beside the great ones of engine.dialects.ts. */
export const localPresets: readonly Preset[] = [
  // It takes images as data alone, no choice by name, and patterns as llama.cpp does
  // (lmstudio-ai/lmstudio-bug-tracker#670 and lmstudio-ai/lmstudio-bug-tracker#1752, 2026).
  enginePreset(
    'lmstudio',
    { service: /lm-?studio/, port: '1234' },
    {
      responseFormat: 'json_schema_only',
      toolChoice: 'words',
      schemaDialect: 'llamacpp',
      images: 'data',
      allowedFields: fields([
        ...fieldsWithout(fields(commonFields), 'parallel_tool_calls'),
        ...['top_k', 'min_p', 'repeat_penalty'],
      ]),
      parallelToolCalls: false,
    },
  ),
  enginePreset(
    'tgi',
    { service: /\btgi\b|text-generation-inference/ },
    {
      parallelToolCalls: false,
      allowedFields: fieldsWithout(
        fields(commonFields),
        ...['parallel_tool_calls', 'reasoning_effort', 'user'],
      ),
      effortField: 'none',
    },
  ),
  enginePreset(
    'lmdeploy',
    { service: /lmdeploy/, port: '23333' },
    {
      allowedFields: fieldsWithout(knownDialect.allowedFields, 'length_penalty', 'stop_token_ids'),
    },
  ),
  enginePreset(
    'mlx',
    { service: /mlx/ },
    {
      toolChoice: 'none',
      parallelToolCalls: false,
      responseFormat: 'prompt',
      toolCallRescue: true,
      effortField: 'chat_template_kwargs',
      allowedFields: fields(
        ['temperature', 'top_p', 'top_k', 'min_p', 'max_tokens', 'max_completion_tokens'],
        ['stop', 'seed', 'logit_bias', 'logprobs', 'tools', 'chat_template_kwargs'],
        ['repetition_penalty'],
      ),
    },
  ),
  enginePreset('xinference', { service: /xinference/, port: '9997' }),
  enginePreset(
    'koboldcpp',
    { service: /kobold/, port: '5001' },
    {
      mergeUserMessages: true,
      toolChoice: 'words',
      schemaDialect: 'llamacpp',
      images: 'data',
      allowedFields: fields([...knownDialect.allowedFields, 'grammar', 'mirostat']),
    },
  ),
  // It drops what the model behind it does not take only where it is told to, so few fields go out.
  enginePreset(
    'litellm',
    { service: /litellm/, port: '4000' },
    {
      reasoningReplayField: 'reasoning_content',
      strictTools: 'pass',
      allowedFields: fields([...commonFields, 'thinking']),
    },
  ),
];

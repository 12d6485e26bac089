import type { BackendDialect } from '../../translator/dialect.js';
import { fields, fieldsWithout } from './allowed-fields.js';
import { defaultDialect } from './default.dialect.js';

export const vllmDialect: BackendDialect = {
  ...defaultDialect,
  name: 'vllm',
  tokenCount: 'tokenize',
  allowedFields: fields([...defaultDialect.allowedFields, 'priority', 'structured_outputs', 'n']),
};

export const sglangDialect: BackendDialect = {
  ...defaultDialect,
  name: 'sglang',
  tokenCount: 'tokenize',
  allowedFields: fields([...defaultDialect.allowedFields, 'separate_reasoning', 'n']),
};

/**
 * Chutes runs vLLM and SGLang; which one, and whether with the model's parser, is not told: calls and reasoning may
 * arrive as text. Its models are trained on replayed `<think>` blocks.
 */
export const chutesDialect: BackendDialect = {
  ...defaultDialect,
  name: 'chutes',
  reasoningReplay: 'full',
  toolCallRescue: true,
};

/** Many of its templates insist on user and assistant taking turns. */
export const llamacppDialect: BackendDialect = {
  ...defaultDialect,
  name: 'llamacpp',
  mergeUserMessages: true,
  tokenCount: 'input_tokens',
  allowedFields: fields([...defaultDialect.allowedFields, 'grammar', 'cache_prompt', 'mirostat']),
};

/** Takes images only inline, has no tool_choice, and knows its own efforts. */
export const ollamaDialect: BackendDialect = {
  ...defaultDialect,
  name: 'ollama',
  leadingSystem: 'separate',
  lateSystem: 'system',
  reasoningReplayField: 'reasoning',
  toolChoice: false,
  parallelToolCalls: false,
  images: 'data',
  allowedFields: fieldsWithout(
    defaultDialect.allowedFields,
    'tool_choice',
    'parallel_tool_calls',
    'logit_bias',
    'chat_template_kwargs',
  ),
};

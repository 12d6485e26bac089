import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { commonResponsesFields, fields, fieldsWithout } from './allowed-fields.js';
import { knownDialect } from './default.dialect.js';

export const vllmDialect: BackendDialect = {
  ...knownDialect,
  name: 'vllm',
  // The engine ignores it; the router before several engines hashes it (vllm-project/router, docs/load_balancing, November 2026).
  sessionHint: 'x-session-id',
  strictTools: 'pass',
  tokenCount: 'tokenize',
  allowedFields: fields([...knownDialect.allowedFields, 'priority', 'structured_outputs', 'n']),
  // Its engine knows no other tools than functions unless it is started with servers for them (vllm-project/vllm,
  // entrypoints/openai/responses, November 2026).
  responsesFields: fields(commonResponsesFields, [
    ...['max_tool_calls', 'truncation', 'prompt_cache_key', 'logit_bias', 'top_k', 'seed', 'stop'],
    ...['repetition_penalty', 'skip_special_tokens', 'include_stop_str_in_output', 'priority'],
    ...['structured_outputs', 'presence_penalty', 'frequency_penalty'],
  ]),
};

export const sglangDialect: BackendDialect = {
  ...knownDialect,
  name: 'sglang',
  strictTools: 'pass',
  tokenCount: 'tokenize',
  allowedFields: fields([...knownDialect.allowedFields, 'separate_reasoning', 'n']),
};

/**
 * Chutes runs vLLM and SGLang; which one, and whether with the model's parser, is not told: calls and reasoning may
 * arrive as text. Its models are trained on replayed `<think>` blocks.
 */
export const chutesDialect: BackendDialect = {
  ...knownDialect,
  name: 'chutes',
  reasoningReplay: 'full',
  toolCallRescue: true,
};

/** Many of its templates insist on user and assistant taking turns. */
export const llamacppDialect: BackendDialect = {
  ...knownDialect,
  name: 'llamacpp',
  mergeUserMessages: true,
  toolChoice: 'words',
  schemaDialect: 'llamacpp',
  tokenCount: 'input_tokens',
  allowedFields: fields([...knownDialect.allowedFields, 'grammar', 'cache_prompt', 'mirostat']),
  // Its Responses are converted to chat, and what stands in `text` is lost (test/llama/responses, November 2026).
  responsesFormat: 'response_format',
  responsesTokenCount: 'input_tokens',
};

/** It takes images only inline, has no tool_choice, and knows its own efforts (ollama/ollama, openai/openai.go, 2026). */
export const ollamaDialect: BackendDialect = {
  ...knownDialect,
  name: 'ollama',
  leadingSystem: 'separate',
  lateSystem: 'system',
  reasoningReplayField: 'reasoning',
  toolChoice: 'none',
  parallelToolCalls: false,
  images: 'data',
  allowedFields: fieldsWithout(
    knownDialect.allowedFields,
    'tool_choice',
    'parallel_tool_calls',
    'logit_bias',
    'chat_template_kwargs',
  ),
};

import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { commonFields, fields, fieldsWithout } from './allowed-fields.js';
import { knownDialect } from './default.dialect.js';

/** These makers of models serve them themselves. */

/**
 * Thinking is on unless it is switched off; then a tool turn whose reasoning_content does not come back is refused, and
 * so is a forced tool choice (api-docs.deepseek.com, "Thinking mode", August 2026; deepseek-ai/DeepSeek-V3#1376).
 */
export const deepseekDialect: BackendDialect = {
  ...knownDialect,
  name: 'deepseek',
  lateSystem: 'system',
  reasoningReplay: 'full',
  missingReasoning: 'all',
  effortField: 'thinking_and_effort',
  thinkingToolChoice: 'auto',
  reasoningReplayField: 'reasoning_content',
  effortMap: { minimal: 'low', medium: 'high', xhigh: 'high', ultra: 'max' },
  responseFormat: 'json_object',
  parallelToolCalls: false,
  images: 'none',
  allowedFields: fields(
    commonFields.filter(
      (name) => !['parallel_tool_calls', 'logit_bias', 'seed', 'user'].includes(name),
    ),
    ['thinking'],
  ),
};

/**
 * It answers 422 to any field that it does not know, `stream_options` and `max_completion_tokens` among them
 * (editor-code-assistant/eca#315, February 2026).
 */
export const mistralDialect: BackendDialect = {
  ...knownDialect,
  name: 'mistral',
  strictTools: 'pass',
  reasoningReplay: 'off',
  effortField: 'none',
  includeUsage: false,
  callIdFormat: 'alphanumeric9',
  assistantAfterTool: true,
  // It is there for prompt caching (docs.mistral.ai/inference/conversations/advanced/prompt-caching, November 2026).
  sessionHint: 'prompt_cache_key',
  allowedFields: fields([
    'temperature',
    'top_p',
    'max_tokens',
    'presence_penalty',
    'frequency_penalty',
    'stop',
    'n',
    'random_seed',
    'tools',
    'tool_choice',
    'parallel_tool_calls',
    'response_format',
    'prompt_mode',
    'safe_prompt',
    'prompt_cache_key',
  ]),
};

/**
 * This is the OpenAI endpoint of Gemini; it answers 400 to fields that it does not know (Alishahryar1/free-claude-code#542, May
 * 2026).
 */
export const geminiDialect: BackendDialect = {
  ...knownDialect,
  name: 'gemini',
  reasoningReplay: 'off',
  thinkTags: 'off',
  effortMap: { xhigh: 'high', max: 'high', ultra: 'high' },
  schemaDialect: 'gemini',
  thoughtSignatures: true,
  parallelToolCalls: false,
  allowedFields: fields(
    [
      'temperature',
      'top_p',
      'max_tokens',
      'max_completion_tokens',
      'presence_penalty',
      'frequency_penalty',
      'stop',
      'seed',
      'n',
      'tools',
      'tool_choice',
      'response_format',
      'reasoning_effort',
    ],
    ['extra_body'],
  ),
};

export const xaiDialect: BackendDialect = {
  ...knownDialect,
  name: 'xai',
  // Cache entries are stored for each server (docs.x.ai, "Maximizing Cache Hits", November 2026).
  sessionHint: 'x-grok-conv-id',
  schemaDialect: 'xai',
  strictTools: 'pass',
  leadingSystem: 'separate',
  lateSystem: 'system',
  reasoningReplay: 'off',
  thinkTags: 'off',
  allowedFields: fields(commonFields, ['n', 'search_parameters', 'deferred']),
};

/** It refuses a system message that is not the first with error 2013 (BigPizzaV3/CodexPlusPlus#410, May 2026). */
export const minimaxDialect: BackendDialect = {
  ...knownDialect,
  name: 'minimax',
  reasoningReplay: 'full',
  effortField: 'none',
  responseFormat: 'json_object',
  parallelToolCalls: false,
  images: 'none',
  allowedFields: fields(
    ['temperature', 'top_p', 'max_tokens', 'stop', 'tools', 'tool_choice'],
    ['response_format', 'reasoning_split'],
  ),
};

/** GLM is served by Z.ai. */
export const glmDialect: BackendDialect = {
  ...knownDialect,
  name: 'glm',
  toolChoice: 'auto',
  reasoningReplayField: 'reasoning_content',
  effortField: 'thinking',
  responseFormat: 'json_object',
  parallelToolCalls: false,
  allowedFields: fields(
    ['temperature', 'top_p', 'max_tokens', 'stop', 'user', 'tools', 'tool_choice'],
    ['response_format', 'thinking', 'do_sample', 'tool_stream'],
  ),
};

/**
 * Kimi is served by Moonshot. It refuses tool messages without a name, calls without the thought before them and, while thinking,
 * a forced choice (platform.kimi.ai, "Thinking models", July 2026; MoonshotAI/kimi-code#2661).
 */
export const kimiDialect: BackendDialect = {
  ...knownDialect,
  name: 'kimi',
  missingReasoning: 'calls',
  thinkingToolChoice: 'auto',
  schemaDialect: 'moonshot',
  reasoningReplayField: 'reasoning_content',
  effortField: 'thinking',
  allowedFields: fields([
    ...fieldsWithout(fields(commonFields), 'logit_bias', 'reasoning_effort', 'seed'),
    'n',
    'thinking',
    'prompt_cache_key',
  ]),
};

/** This is Alibaba's own service; Qwen on an open engine is that engine's dialect. */
export const qwenDialect: BackendDialect = {
  ...knownDialect,
  name: 'qwen',
  reasoningReplayField: 'reasoning_content',
  effortField: 'enable_thinking',
  thinkingToolChoice: 'auto',
  allowedFields: fields([
    ...fieldsWithout(fields(commonFields), 'logit_bias', 'reasoning_effort', 'user'),
    'top_k',
    'enable_thinking',
    'thinking_budget',
    'enable_search',
  ]),
};

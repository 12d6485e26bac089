import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { commonFields, fields, fieldsWithout } from './allowed-fields.js';
import { knownDialect } from './default.dialect.js';

/** These hosts serve other people's models. */

export const openrouterDialect: BackendDialect = {
  ...knownDialect,
  name: 'openrouter',
  reasoningDetails: true,
  reasoningReplayField: 'reasoning',
  thinkTags: 'off',
  effortField: 'reasoning',
  effortMap: { ultra: 'max' },
  // It is the key of sticky routing, as the field `session_id` is (openrouter.ai/docs/api/api-reference, November 2026).
  sessionHint: 'x-session-id',
  strictTools: 'pass',
  fileParts: true,
  allowedFields: fields([
    ...knownDialect.allowedFields,
    'provider',
    'transforms',
    'models',
    'route',
    'plugins',
    'verbosity',
    'web_search_options',
  ]),
};

export const togetherDialect: BackendDialect = {
  ...knownDialect,
  name: 'together',
  strictTools: 'pass',
  reasoningReplayField: 'reasoning',
};

/** It refuses fields that it does not know, and reasoning in the history (janhq/jan#8136, May 2026). */
export const groqDialect: BackendDialect = {
  ...knownDialect,
  name: 'groq',
  maxTokensField: 'max_completion_tokens',
  lateSystem: 'system',
  reasoningReplay: 'off',
  toolCallRescue: true,
  schemaDialect: 'inlined',
  allowedFields: fields(
    commonFields.filter((name) => !['logprobs', 'top_logprobs', 'logit_bias'].includes(name)),
    ['service_tier', 'include_reasoning', 'reasoning_format'],
  ),
};

export const fireworksDialect: BackendDialect = {
  ...knownDialect,
  name: 'fireworks',
  // Each replica has a cache of its own (docs.fireworks.ai/guides/prompt-caching, November 2026).
  sessionHint: 'x-session-affinity',
  strictTools: 'pass',
  reasoningReplayField: 'reasoning_content',
  allowedFields: fields([
    ...fieldsWithout(knownDialect.allowedFields, 'chat_template_kwargs'),
    'prompt_cache_isolation_key',
    'reasoning_history',
  ]),
};

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
  strictTools: 'pass',
  reasoningReplayField: 'reasoning_content',
  allowedFields: fields([
    ...fieldsWithout(knownDialect.allowedFields, 'chat_template_kwargs'),
    'prompt_cache_isolation_key',
    'reasoning_history',
  ]),
};

import type { BackendDialect } from '../../translator/dialect/dialect.js';
import { commonFields, fields, fieldsWithout, openAiFields } from './allowed-fields.js';
import { knownDialect } from './default.dialect.js';

/** Reasoning stays inside, so there is none to read or to send back. */
export const openaiDialect: BackendDialect = {
  ...knownDialect,
  name: 'openai',
  maxTokensField: 'max_completion_tokens',
  developerRole: 'developer',
  leadingSystem: 'separate',
  lateSystem: 'system',
  reasoningReplay: 'off',
  thinkTags: 'off',
  effortMap: {},
  customTools: 'native',
  originalDetail: true,
  strictTools: 'pass',
  schemaDialect: 'openai',
  callIdFormat: 'short',
  fileParts: true,
  allowedFields: fields(commonFields, openAiFields),
};

/** The deployment is in the URL, the key in a header of its own. */
export const azureDialect: BackendDialect = {
  ...openaiDialect,
  name: 'azure',
  thinkTags: 'tags',
  apiKeyHeader: 'api-key',
  allowedFields: fieldsWithout(openaiDialect.allowedFields, 'service_tier', 'web_search_options'),
};

/** Azure AI Foundry (`/models/chat/completions`) serves models of other makers: they know no developer role and think in tags. */
export const azureFoundryDialect: BackendDialect = {
  ...knownDialect,
  name: 'azure-foundry',
  apiKeyHeader: 'api-key',
  allowedFields: fields(commonFields),
};

import type { BackendDialect } from '../../translator/dialect/dialect.js';
import {
  commonFields,
  commonResponsesFields,
  fields,
  fieldsWithout,
  openAiFields,
  openAiResponsesFields,
} from './allowed-fields.js';
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
  responsesFields: fields(commonResponsesFields, openAiResponsesFields),
  responsesTools: [
    ...(['custom', 'namespace', 'tool_search', 'local_shell', 'shell', 'apply_patch'] as const),
    ...(['computer', 'web_search', 'file_search', 'code_interpreter'] as const),
    ...(['image_generation', 'mcp'] as const),
  ],
  responsesReasoning: 'sealed',
  responsesTokenCount: 'input_tokens',
};

/** The deployment is in the URL, the key in a header of its own. */
export const azureDialect: BackendDialect = {
  ...openaiDialect,
  name: 'azure',
  thinkTags: 'tags',
  apiKeyHeader: 'api-key',
  responsesTokenCount: 'estimate',
  allowedFields: fieldsWithout(openaiDialect.allowedFields, 'service_tier', 'web_search_options'),
  // Its Responses API has no searches among tools, and what OpenAI bills by (learn.microsoft.com, "Azure OpenAI Responses API", 2026).
  responsesFields: fields(commonResponsesFields, [
    'max_tool_calls',
    'truncation',
    'prompt_cache_key',
  ]),
  responsesTools: [
    ...(['custom', 'local_shell', 'shell', 'apply_patch', 'computer', 'web_search'] as const),
    ...(['file_search', 'code_interpreter', 'image_generation', 'mcp'] as const),
  ],
};

/** Azure AI Foundry (`/models/chat/completions`) serves models of other makers: they know no developer role and think in tags. */
export const azureFoundryDialect: BackendDialect = {
  ...knownDialect,
  name: 'azure-foundry',
  apiKeyHeader: 'api-key',
  allowedFields: fields(commonFields),
};

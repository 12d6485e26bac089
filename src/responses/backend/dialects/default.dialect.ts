import type { BackendDialect } from '../../translator/dialect.js';
import { commonFields, fields, openEngineFields } from './allowed-fields.js';

/** An unknown backend: what open engines and strict chat templates take. Every other preset starts from this one. */
export const defaultDialect: BackendDialect = {
  name: 'default',
  maxTokensField: 'max_tokens',
  developerRole: 'system',
  leadingSystem: 'merge',
  lateSystem: 'user',
  mergeUserMessages: false,
  reasoningReplay: 'tool-turns',
  reasoningReplayField: 'think_tags',
  reasoningFields: ['reasoning_content', 'reasoning', 'reasoning_details'],
  thinkTags: true,
  effortField: 'reasoning_effort',
  // SGLang crashes on "max", most others refuse what is not low, medium or high.
  effortMap: { minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
  includeUsage: true,
  strictTools: 'drop',
  responseFormat: 'json_schema',
  toolChoice: true,
  parallelToolCalls: true,
  maxToolNameLength: 64,
  callIdFormat: 'any',
  images: 'url',
  fileParts: false,
  allowedFields: fields(commonFields, openEngineFields),
};

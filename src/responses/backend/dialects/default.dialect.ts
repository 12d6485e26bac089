import type { BackendDialect } from '../../translator/dialect.js';
import { overflowWordings } from '../errors/error-wordings.js';
import { commonFields, fields, openEngineFields } from './allowed-fields.js';

/** An unknown backend: what open engines and strict chat templates take. Every other preset starts from this one. */
export const defaultDialect: BackendDialect = {
  name: 'default',
  maxTokensField: 'max_tokens',
  developerRole: 'system',
  leadingSystem: 'merge',
  lateSystem: 'user',
  mergeUserMessages: false,
  assistantAfterTool: false,
  reasoningReplay: 'tool-turns',
  reasoningReplayField: 'think_tags',
  reasoningFields: ['reasoning_content', 'reasoning', 'reasoning_details'],
  thinkTags: 'tags',
  toolCallRescue: false,
  emptyTurn: 'leave',
  effortField: 'reasoning_effort',
  // SGLang crashes on "max", most others refuse what is not low, medium or high.
  effortMap: { minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
  includeUsage: true,
  strictTools: 'drop',
  schemaDialect: 'full',
  responseFormat: 'json_schema',
  toolChoice: true,
  parallelToolCalls: true,
  maxToolNameLength: 64,
  callIdFormat: 'any',
  thoughtSignatures: false,
  images: 'url',
  fileParts: false,
  tokenCount: 'estimate',
  allowedFields: fields(commonFields, openEngineFields),
  overflowPatterns: overflowWordings,
};

import type { BackendDialect } from '../../translator/dialect.js';
import { overflowWordings } from '../errors/error-wordings.js';
import { commonFields, fields, openEngineFields } from './allowed-fields.js';

/** An unknown backend: what open engines, strict chat templates and strict validators all take. */
export const defaultDialect: BackendDialect = {
  name: 'default',
  maxTokensField: 'max_tokens',
  developerRole: 'system',
  leadingSystem: 'merge',
  lateSystem: 'user',
  systemRole: 'system',
  toolTelling: 'native',
  callStyle: 'hermes',
  textBesideCalls: 'shown',
  oneCallPerTurn: false,
  mergeUserMessages: false,
  assistantAfterTool: false,
  reasoningReplay: 'tool-turns',
  missingReasoning: 'leave',
  reasoningReplayField: 'think_tags',
  reasoningFields: ['reasoning_content', 'reasoning', 'reasoning_details'],
  thinkTags: 'tags',
  toolCallRescue: false,
  emptyTurn: 'leave',
  effortField: 'reasoning_effort',
  thinkingSwitch: 'enable_thinking',
  // SGLang crashes on "max", most others refuse what is not low, medium or high.
  effortMap: { minimal: 'low', xhigh: 'high', max: 'high', ultra: 'high' },
  includeUsage: true,
  strictTools: 'drop',
  schemaDialect: 'full',
  responseFormat: 'json_schema',
  toolChoice: 'named',
  thinkingToolChoice: 'named',
  parallelToolCalls: true,
  maxToolNameLength: 64,
  toolMessageName: false,
  contentBesideCalls: 'empty',
  callIdFormat: 'any',
  reasoningDetails: false,
  thoughtSignatures: false,
  images: 'url',
  fileParts: false,
  tokenCount: 'estimate',
  allowedFields: fields(commonFields, openEngineFields),
  overflowPatterns: overflowWordings,
};

/** What every other preset starts from: these backends are known to take what an unknown one might refuse. */
export const knownDialect: BackendDialect = {
  ...defaultDialect,
  toolMessageName: true,
  contentBesideCalls: 'null',
};

import { invalidRequest } from '../../../../common/error-table.js';
import { asRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { ResponsesRequest } from '../../../../contracts/backend-request.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import { ThoughtKeys } from '../../thought-keys.js';
import type { Thought } from '../../thought.js';
import { type ConversionContext, whatIsKnown } from '../context/conversion-context.js';
import { InputItemsConverter } from '../items/convert-input-items.js';
import { inputItems } from '../items/input-items.js';
import { convertHybridMessages } from '../messages/convert-hybrid-messages.js';
import { withConfigurationUpdates } from '../settings/current-settings.js';
import { checkInclude, INCLUDE_VALUES, SEALED_REASONING } from '../settings/convert-include.js';
import { convertOptionalFields } from '../settings/convert-optional-fields.js';
import { convertTextFormat } from '../settings/convert-text-format.js';
import { warnOfUnreadSettings } from '../settings/unread-settings.js';
import { effortFor } from '../settings/convert-reasoning-settings.js';
import type { ChatTranslation } from '../context/chat-translation.js';
import type { TranslateOptions } from '../context/translate-options.js';
import { ItemsWriter } from './items-writer.js';
import { NativeItems } from './native-items.js';
import { convertNativeTools, type ToolsForResponses } from './convert-native-tools.js';

export interface ResponsesTranslation extends Omit<ChatTranslation, 'chatRequest'> {
  responsesRequest: ResponsesRequest;
}

/**
 * Writes the request for a backend that speaks Responses itself. What it knows goes as it is; what it does not know is told as it
 * would be told in chat, and what cannot be told is a warning. It is pure, and keeps prefixes as `toChatRequest` does.
 * @throws ApiError 400 with `param` for what cannot be said at all.
 */
export function toResponsesRequest(
  asked: CreateResponseBody,
  options: TranslateOptions,
): ResponsesTranslation {
  const request = withConfigurationUpdates(asked, options.history ?? []);
  const { dialect, warnings } = options;
  warnOfUnreadSettings(request, warnings);
  checkInclude(request, options.openSealedReasoning !== undefined, warnings);
  const tools = convertNativeTools(request, options);
  const format = convertTextFormat(request, options);
  const input = convertConversation(request, tools, options);
  const instructions = [request.instructions ?? '', format.prompt ?? ''].filter((text) => text);
  const { verbosity, ...fields } = convertOptionalFields(request, options);
  const isInText = dialect.responsesFormat === 'text';
  const text = {
    ...(isInText ? flatFormat(format.responseFormat) : {}),
    ...(verbosity == null ? {} : { verbosity }),
  };
  const responsesRequest: ResponsesRequest = {
    model: request.model,
    ...(instructions.length === 0 ? {} : { instructions: instructions.join('\n\n') }),
    input,
    stream: true,
    store: false,
    ...includeOf(request, options),
    ...tools.fields,
    ...limitsOf(request, options),
    ...reasoningOf(request, options),
    ...(Object.keys(text).length === 0 ? {} : { text }),
    ...(isInText || format.responseFormat === undefined
      ? {}
      : { response_format: format.responseFormat }),
    ...fields,
  };
  return {
    responsesRequest,
    tools: tools.registry,
    allowedTools: tools.allowedTools,
    offeredTools: tools.offeredTools,
    waitingTools: tools.waiting,
    reasoningContext: dialect.responsesReasoning === 'off' ? 'current_turn' : 'all_turns',
  };
}

function convertConversation(
  request: CreateResponseBody,
  { registry, natives, searchesHere }: ToolsForResponses,
  options: TranslateOptions,
): ResponsesRequest['input'] {
  const { dialect, warnings, trace } = options;
  const thoughtKeys = new ThoughtKeys();
  const recall = (id: string): Thought | undefined => options.thoughts?.get(thoughtKeys.of(id));
  const writer = new ItemsWriter({
    dialect,
    warnings,
    natives: new NativeItems(dialect, natives, options.files),
    recallThought: recall,
    trace,
  });
  const context: ConversionContext = {
    dialect,
    warnings,
    registry,
    chatHistory: writer,
    thoughtKeys,
    ...whatIsKnown(options),
    recallReasoning: recall,
    searchesHere,
    trace,
  };
  convertHybridMessages(request.messages ?? [], context);
  const history = options.history ?? [];
  const input = typeof request.input === 'string' ? [] : inputItems(request);
  const items = new InputItemsConverter(options.adapters, context);
  items.convertConversation(history, input);
  if (typeof request.input === 'string') {
    trace?.read('input', 'message');
    writer.addUser([{ type: 'text', text: request.input }]);
  }
  const written = writer.finish();
  if (written.length === 0 && nonEmptyText(request.instructions) === undefined) {
    throw invalidRequest('There is nothing to answer.', 'input');
  }
  return written;
}

/** The seal of the reasoning is always asked for where there is one, since nothing is stored there. */
function includeOf(request: CreateResponseBody, { dialect }: TranslateOptions): JsonRecord {
  if (!dialect.allowedFields.has('include')) return {};
  const { top_logprobs: top, logprobs } = request;
  const wantsLogprobs = (top ?? 0) > 0 || logprobs === true;
  const wanted = new Set(request.include?.filter((value) => value !== SEALED_REASONING));
  if (wantsLogprobs) wanted.add('message.output_text.logprobs');
  if (dialect.responsesReasoning === 'sealed') wanted.add(SEALED_REASONING);
  const include = [...INCLUDE_VALUES].filter((value) => wanted.has(value));
  return include.length === 0 ? {} : { include };
}

/** Sends the three spellings of the output limit under one name, and the other limits where the backend has them. */
function limitsOf(
  request: CreateResponseBody,
  { dialect, warnings }: TranslateOptions,
): JsonRecord {
  const limit = request.max_output_tokens ?? request.max_completion_tokens ?? request.max_tokens;
  const { top_logprobs: top, max_tool_calls: calls, truncation } = request;
  const asked: JsonRecord = {
    max_output_tokens: limit,
    max_tool_calls: calls,
    top_logprobs: top === 0 ? undefined : top,
    truncation: truncation === 'auto' ? truncation : undefined,
  };
  const taken = Object.entries(asked).filter(([name, value]) => {
    // None are left after those of earlier answers; backends refuse a zero.
    if (value == null || (name === 'max_tool_calls' && value === 0)) return false;
    if (dialect.allowedFields.has(name)) return true;
    // The calls beyond the limit are left out here.
    if (name !== 'max_tool_calls') {
      warnings.add('field_ignored', name, `This backend does not take '${name}'; it was not sent.`);
    }
    return false;
  });
  return Object.fromEntries(taken);
}

function reasoningOf(request: CreateResponseBody, options: TranslateOptions): JsonRecord {
  const { allowedFields, responsesReasoning } = options.dialect;
  const { summary, generate_summary: older, context, mode } = request.reasoning ?? {};
  const effort = effortFor(request, options);
  const isKnown = responsesReasoning === 'sealed';
  const asked: JsonRecord = {
    effort,
    summary: summary ?? older,
    // OpenAI alone has these.
    context: isKnown ? context : undefined,
    mode: isKnown ? mode : undefined,
  };
  const reasoning = Object.fromEntries(Object.entries(asked).filter(([, value]) => value != null));
  if (Object.keys(reasoning).length === 0) return {};
  if (allowedFields.has('reasoning')) return { reasoning };
  const message = "This backend does not take 'reasoning'; it was not sent.";
  options.warnings.add('field_ignored', 'reasoning', message);
  return {};
}

/** The form of chat is nested, and that of Responses flat. */
function flatFormat(format: JsonRecord | undefined): JsonRecord {
  if (format === undefined) return {};
  const nested = asRecord(format.json_schema);
  return { format: nested === undefined ? format : { type: format.type, ...nested } };
}

import { invalidRequest } from '../../../common/error-table.js';
import type {
  ChatFunctionTool,
  ChatMessage,
  ChatRequest,
} from '../../../contracts/chat/request.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { ChatHistory } from './messages/chat-history.js';
import { collectTools } from './tools/collect-tools.js';
import type { ChatTranslation } from './context/chat-translation.js';
import { type ConversionContext, whatIsKnown } from './context/conversion-context.js';
import type { TranslateOptions } from './context/translate-options.js';
import { convertHybridMessages } from './messages/convert-hybrid-messages.js';
import { checkInclude } from './settings/convert-include.js';
import { InputItemsConverter } from './items/convert-input-items.js';
import { withNewestScreenshots } from './items/newest-screenshots.js';
import { convertLogprobs } from './settings/convert-logprobs.js';
import { convertMaxTokens, convertOptionalFields } from './settings/convert-optional-fields.js';
import { convertReasoningSettings } from './settings/convert-reasoning-settings.js';
import { convertTextFormat } from './settings/convert-text-format.js';
import { chosenNames, convertToolChoice } from './tools/convert-tool-choice.js';
import { convertToolSettings } from './tools/convert-tool-settings.js';
import { convertTools, type ConvertedTools } from './tools/convert-tools.js';
import { emitChatMessages } from './messages/emit-chat-messages.js';
import { estimateToolTokens } from '../estimate-tokens.js';
import { toolsAsText } from './messages/tell-as-text.js';
import { offeredTools } from '../stream/rescue/text-call-syntax.js';
import type { Thought } from '../thought.js';
import { ThoughtKeys } from '../thought-keys.js';
import { gradeToolChoice } from './tools/grade-tool-choice.js';
import { withConfigurationUpdates } from './settings/current-settings.js';
import { withReasoningContext } from './settings/reasoning-context.js';
import { warnOfReasoningMode, warnOfUnreadSettings } from './settings/unread-settings.js';
import { truncateMessages } from './messages/truncate-messages.js';

/**
 * Translates a Responses request into a Chat Completions request. It is pure: the same request gives the same bytes, and the
 * messages of a conversation are a prefix of those of its continuation, so prompt caches survive. What is lost or repaired goes
 * to `warnings`.
 * @throws ApiError 400 with `param` for what cannot be said in chat.
 */
export function toChatRequest(asked: CreateResponseBody, given: TranslateOptions): ChatTranslation {
  const request = withConfigurationUpdates(asked, given.history ?? []);
  const options = { ...given, dialect: withReasoningContext(request, given) };
  const { dialect, warnings } = options;
  warnOfUnreadSettings(request, warnings);
  warnOfReasoningMode(request, warnings);
  checkInclude(request, options.openSealedReasoning !== undefined, warnings);
  const tools = convertTools(collectTools(request, options.history ?? []), options);
  const choice = convertToolChoice(request.tool_choice, tools, warnings);
  tools.offer(chosenNames(choice));
  const { toolChoice, allowedTools } = gradeToolChoice(choice, request, options);
  const format = convertTextFormat(request, options);
  const isToldAsText = dialect.toolTelling === 'all_as_text';
  const prompts = [format.prompt ?? '', isToldAsText ? toolsAsText(tools.chatTools) : ''];
  const messages = convertConversation(request, prompts, tools, options);
  const chatTools = isToldAsText ? [] : tools.chatTools;
  const chatRequest: ChatRequest = {
    model: request.model,
    messages: fitToContext(messages, request, chatTools, options),
    stream: true,
    ...(dialect.includeUsage ? { stream_options: { include_usage: true } } : {}),
    ...convertToolSettings(request, { ...tools, chatTools }, toolChoice, options),
    ...(format.responseFormat === undefined ? {} : { response_format: format.responseFormat }),
    ...convertMaxTokens(request, dialect),
    ...convertOptionalFields(request, options),
    ...convertLogprobs(request, options),
    ...convertReasoningSettings(request, options),
  };
  return {
    chatRequest,
    tools: tools.registry,
    waitingTools: tools.waiting,
    reasoningContext: dialect.reasoningReplay === 'full' ? 'all_turns' : 'current_turn',
    allowedTools,
    offeredTools: offeredTools(tools.chatTools),
  };
}

/** Shortens the conversation only when the request asks for it: leaving out the oldest turns costs the backend's prompt cache. */
function fitToContext(
  messages: ChatMessage[],
  request: CreateResponseBody,
  chatTools: readonly ChatFunctionTool[],
  { contextTokens, warnings }: TranslateOptions,
): ChatMessage[] {
  if (request.truncation !== 'auto') return messages;
  if (contextTokens === undefined) {
    const message = 'The context of this model is not known; the conversation was not truncated.';
    warnings.add('field_ignored', 'truncation', message);
    return messages;
  }
  const limit = {
    contextTokens,
    maxOutputTokens: request.max_output_tokens ?? undefined,
    otherTokens: estimateToolTokens([...chatTools]),
  };
  return truncateMessages(messages, limit, warnings);
}

/** Converts instructions, hybrid `messages`, stored history and `input`, in this order. */
function convertConversation(
  request: CreateResponseBody,
  prompts: readonly string[],
  { registry, searchesHere }: ConvertedTools,
  options: TranslateOptions,
): ChatMessage[] {
  const { dialect, warnings, adapters, trace } = options;
  const thoughtKeys = new ThoughtKeys();
  const recallThought = (callId: string): Thought | undefined =>
    options.thoughts?.get(thoughtKeys.of(callId));
  const chatHistory = new ChatHistory(warnings, recallThought, trace);
  const context: ConversionContext = {
    dialect,
    warnings,
    registry,
    chatHistory,
    thoughtKeys,
    ...whatIsKnown(options),
    searchesHere,
    trace,
  };
  const instructions = [request.instructions ?? '', ...prompts].filter((text) => text);
  trace?.read('instructions', 'instructions');
  chatHistory.addSystem('system', instructions.join('\n\n'), 'instructions');
  convertHybridMessages(request.messages ?? [], context);
  const items = new InputItemsConverter(adapters, context);
  const { history, input } = withNewestScreenshots(
    options.history ?? [],
    typeof request.input === 'string' ? [] : (request.input ?? []),
    dialect,
    warnings,
  );
  items.convertConversation(history, input);
  if (typeof request.input === 'string') {
    trace?.read('input', 'message');
    chatHistory.addUser([{ type: 'text', text: request.input }]);
  }
  const messages = emitChatMessages(chatHistory.turns, dialect, warnings, trace);
  if (messages.length === 0) throw invalidRequest('There is nothing to answer.', 'input');
  return messages;
}

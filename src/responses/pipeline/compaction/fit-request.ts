import type { BackendRequest, ResponsesRequest } from '../../../contracts/backend-request.js';
import type { ChatMessage, ChatRequest } from '../../../contracts/chat/request.js';
import type { InputItem } from '../../../contracts/responses/items.js';
import { isResponsesRequest } from '../../translator/backend-request.js';
import { estimateTextTokens, estimateToolTokens } from '../../translator/estimate-tokens.js';
import { fitConversation, type FittedParts } from './fit-conversation.js';

/** What a chat conversation is made of: a round begins with what the model said. */
const messageParts: FittedParts<ChatMessage> = {
  outputOf: (message) =>
    message.role === 'tool' && typeof message.content === 'string' ? message.content : undefined,
  withOutput: (message, content) => ({ ...message, content }),
  isOfUser: ({ role }) => role === 'user',
  beginsRound: ({ role }) => role === 'assistant',
};

/** The same of items, where a round may begin with a thought, a text or a call, and never with an output. */
const itemParts: FittedParts<InputItem> = {
  outputOf: ({ type, output }) =>
    type.endsWith('_output') && typeof output === 'string' ? output : undefined,
  withOutput: (item, output) => ({ ...item, output }),
  isOfUser: ({ role }) => role === 'user',
  beginsRound: ({ type, role }, before) =>
    role !== 'user' &&
    !type.endsWith('_output') &&
    (before?.role === 'user' || before?.type.endsWith('_output') === true),
};

/** Makes a request short enough to be summarised at all. @param budget is in tokens, by estimate. */
export function fitRequest(request: BackendRequest, budget: number): BackendRequest {
  return isResponsesRequest(request)
    ? { ...request, input: fitItems(request, budget) }
    : { ...request, messages: fitMessages(request, budget) };
}

export function fitMessages({ messages, tools }: ChatRequest, budget: number): ChatMessage[] {
  return fitConversation(messages, budget - estimateToolTokens(tools), messageParts);
}

function fitItems(
  { input, instructions = '', tools }: ResponsesRequest,
  budget: number,
): InputItem[] {
  const others = estimateToolTokens(tools) + estimateTextTokens(instructions.length);
  return fitConversation(input, budget - others, itemParts);
}

import type { ResponsesRequest } from '../../contracts/backend-request.js';
import type { ChatMessage, ChatRequest } from '../../contracts/chat/request.js';

/** English text and code come to about four characters a token with today's tokenizers. */
const CHARACTERS_PER_TOKEN = 4;
/** The role and the marks around a message cost so much. */
const TOKENS_PER_MESSAGE = 4;
/** An image or file has a usual price, whatever the length of its base64. */
const TOKENS_PER_ATTACHMENT = 1_000;

/**
 * Estimates the tokens of what the model reads, messages and tools, when no tokenizer is asked. It is right to about a third,
 * which is enough to compact in time.
 */
export function estimateInputTokens(
  request: Pick<ChatRequest, 'messages' | 'tools'> | ResponsesRequest,
): number {
  const told: readonly object[] =
    'messages' in request
      ? (request.messages as readonly ChatMessage[])
      : [{ content: request.instructions }, ...request.input];
  const ofMessages = told.reduce<number>((sum, one) => sum + estimateMessageTokens(one), 0);
  return ofMessages + estimateToolTokens(request.tools);
}

/** @param message of a chat request, or an item of the Responses API. */
export function estimateMessageTokens(message: object): number {
  let attachments = 0;
  let characters = 0;
  const count = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.startsWith('data:')) attachments++;
      else characters += value.length;
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(count);
  };
  count(message);
  return TOKENS_PER_MESSAGE + attachments * TOKENS_PER_ATTACHMENT + estimateTextTokens(characters);
}

/** Estimates the tokens of tools, whose definitions models read as JSON. */
export function estimateToolTokens(tools: readonly object[] | undefined): number {
  return tools === undefined || tools.length === 0
    ? 0
    : estimateTextTokens(JSON.stringify(tools).length);
}

/** Gives about so many characters as the tokens have. */
export function charactersIn(tokens: number): number {
  return tokens * CHARACTERS_PER_TOKEN;
}

export function estimateTextTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

import type { ChatRequest } from '../../contracts/chat/request.js';

/** English and code come to about four characters a token with today's tokenizers; a message has a few of its own. */
const charactersPerToken = 4;
const tokensPerMessage = 4;
/** What vision models take for a picture of middling size. */
const tokensPerImage = 1_000;

/** A rough count of the tokens of a request: no tokenizer is asked. */
export function estimateTokens({ messages, tools = [] }: ChatRequest): number {
  let characters = JSON.stringify(tools).length;
  let tokens = messages.length * tokensPerMessage;
  const count = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.startsWith('data:image/')) tokens += tokensPerImage;
      else characters += value.length;
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(count);
  };
  messages.forEach(count);
  return tokens + Math.ceil(characters / charactersPerToken);
}

import type { ChatMessage, ChatRequest } from '../../../contracts/chat/request.js';
import { shortened } from '../../../common/describe-value.js';
import { estimateMessageTokens, estimateToolTokens } from '../../translator/estimate-tokens.js';

/** So many characters of a tool's output are left when the whole does not fit. */
const LONGEST_OUTPUT = 2_000;

/**
 * Makes a conversation short enough to be summarised at all: first the oldest outputs of tools are cut, then the oldest
 * rounds are left out. The user's first message says what it is about, and the last one asks for the summary: both stay.
 * @param budget is in tokens, by estimate.
 */
export function fitMessages({ messages, tools }: ChatRequest, budget: number): ChatMessage[] {
  const fitted = [...messages];
  const sizes = fitted.map(estimateMessageTokens);
  let size = estimateToolTokens(tools) + sizes.reduce((sum, tokens) => sum + tokens, 0);
  for (const [index, message] of fitted.entries()) {
    if (size <= budget) return fitted;
    if (message.role !== 'tool' || typeof message.content !== 'string') continue;
    const cut = { ...message, content: shortened(message.content, LONGEST_OUTPUT) };
    size -= (sizes[index] ?? 0) - estimateMessageTokens(cut);
    sizes[index] = estimateMessageTokens(cut);
    fitted[index] = cut;
  }
  const first = fitted.findIndex(({ role }) => role === 'user') + 1;
  let end = first;
  // An output never stands without its call, and a round begins with what the model said.
  const mayEnd = (): boolean => fitted[end]?.role === 'assistant' && size <= budget;
  while (end < fitted.length - 1 && !mayEnd()) size -= sizes[end++] ?? 0;
  return [...fitted.slice(0, first), ...fitted.slice(end)];
}

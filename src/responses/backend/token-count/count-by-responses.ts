import { COUNTED_BY } from '../../../common/counted-by.js';
import type { ResponsesRequest } from '../../../contracts/backend-request.js';
import { siblingUrl } from '../wire/sibling-url.js';
import { readCount, type TokenCount, type TokenCountCall } from './token-count-call.js';

/** These fields of a request shape the prompt; the endpoint refuses others (OpenAI's types, November 2026). */
const promptFields = [
  ...(['model', 'input', 'instructions', 'tools', 'tool_choice'] as const),
  ...(['parallel_tool_calls', 'reasoning', 'text', 'truncation'] as const),
];

/**
 * Asks `POST /responses/input_tokens`, which gives `{object: "response.input_tokens", input_tokens}`. Another instance of this
 * service says whether it has estimated.
 */
export async function countByResponses(
  request: ResponsesRequest,
  { backendUrl, post }: TokenCountCall,
): Promise<TokenCount> {
  const present = promptFields.filter((name) => request[name] !== undefined);
  const body = Object.fromEntries(present.map((name) => [name, request[name]]));
  const reply = await post(siblingUrl(backendUrl, 'responses/input_tokens'), body);
  return {
    tokens: readCount(reply, 'input_tokens'),
    countedBy: reply.headers[COUNTED_BY] === 'estimate' ? 'estimate' : 'backend',
  };
}

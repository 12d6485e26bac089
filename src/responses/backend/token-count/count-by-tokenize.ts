import type { ChatRequest } from '../../../contracts/chat/request.js';
import { serverUrl } from '../wire/sibling-url.js';
import { holdsMedia, readCount, type TokenCountCall } from './token-count-call.js';

/** These fields of a chat request shape the prompt. */
const promptFields = [
  'model',
  'messages',
  'tools',
  'tool_choice',
  'reasoning_effort',
  'chat_template_kwargs',
] as const;

/**
 * Asks vLLM's `POST /tokenize`, which renders the chat template: `{model, messages, tools, …}` gives `{count, max_model_len,
 * tokens}`. An SGLang whose endpoint takes a `prompt` alone refuses this. Gives undefined for images: up to vLLM 0.16 each is one
 * token (vllm-project/vllm#35834).
 */
export async function countByTokenize(
  request: ChatRequest,
  { backendUrl, post }: TokenCountCall,
): Promise<number | undefined> {
  if (holdsMedia(request.messages)) return undefined;
  const present = promptFields.filter((name) => request[name] !== undefined);
  const reply = await post(serverUrl(backendUrl, 'tokenize'), {
    ...Object.fromEntries(present.map((name) => [name, request[name]])),
    add_generation_prompt: true,
  });
  return readCount(reply, 'count');
}

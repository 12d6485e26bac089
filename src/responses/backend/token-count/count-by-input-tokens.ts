import type { ChatRequest } from '../../../contracts/chat/request.js';
import { serverUrl, siblingUrl } from '../wire/sibling-url.js';
import { holdsMedia, readCount, readField, type TokenCountCall } from './token-count-call.js';

/**
 * Asks llama.cpp's `POST /v1/chat/completions/input_tokens`: a chat request gives `{input_tokens}`, images included. Older builds
 * answer 404 and are asked for the prompt first (ggml-org/llama.cpp, tools/server, 2026).
 */
export async function countByInputTokens(
  request: ChatRequest,
  call: TokenCountCall,
): Promise<number | undefined> {
  const url = siblingUrl(call.backendUrl, 'chat/completions/input_tokens');
  const reply = await call.post(url, request);
  return reply.status === 404 ? countByTemplate(request, call) : readCount(reply, 'input_tokens');
}

/**
 * Asks `POST /apply-template`, which makes `{prompt}` of a chat request, then `POST /tokenize`, which makes `{tokens: […]}` of
 * `{content}`.
 */
async function countByTemplate(
  request: ChatRequest,
  { backendUrl, post }: TokenCountCall,
): Promise<number | undefined> {
  if (holdsMedia(request.messages)) return undefined;
  const prompt = readField(await post(serverUrl(backendUrl, 'apply-template'), request), 'prompt');
  if (typeof prompt !== 'string') throw new Error('no text in prompt');
  const reply = await post(serverUrl(backendUrl, 'tokenize'), {
    model: request.model,
    content: prompt,
    // It counts as for a completion: the begin token counts, and so do the template's own, each as one.
    add_special: true,
    parse_special: true,
  });
  const tokens = readField(reply, 'tokens');
  if (!Array.isArray(tokens)) throw new Error('no list in tokens');
  return tokens.length;
}

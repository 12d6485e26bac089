import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import { toResponsesRequest } from './native/to-responses-request.js';
import type { ChatTranslation } from './context/chat-translation.js';
import type { TranslateOptions } from './context/translate-options.js';
import { toChatRequest } from './to-chat-request.js';

export interface BackendTranslation extends Omit<ChatTranslation, 'chatRequest'> {
  backendRequest: BackendRequest;
}

/** Translates a request into the API that the backend is asked in. @throws ApiError 400 with `param` for what cannot be said there. */
export function toBackendRequest(
  request: CreateResponseBody,
  options: TranslateOptions,
): BackendTranslation {
  if (options.dialect.api === 'responses') {
    const { responsesRequest, ...translation } = toResponsesRequest(request, options);
    return { ...translation, backendRequest: responsesRequest };
  }
  const { chatRequest, ...translation } = toChatRequest(request, options);
  return { ...translation, backendRequest: chatRequest };
}

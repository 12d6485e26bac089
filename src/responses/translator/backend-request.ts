import type { BackendRequest, ResponsesRequest } from '../../contracts/backend-request.js';

/** Tells a request for a backend that speaks Responses from a chat request. */
export function isResponsesRequest(request: BackendRequest): request is ResponsesRequest {
  return !('messages' in request);
}

import type { ChatRequest } from './chat/request.js';
import type { InputItem } from './responses/items.js';
import type { ResponseTool } from './responses/tools.js';

/** A backend that speaks Responses is asked with this: always streamed, and nothing of it is kept there. */
export interface ResponsesRequest {
  model: string;
  input: InputItem[];
  stream: true;
  store: false;
  instructions?: string;
  tools?: ResponseTool[];
  [field: string]: unknown;
}

/** A backend is asked in the API that it has. */
export type BackendRequest = ChatRequest | ResponsesRequest;

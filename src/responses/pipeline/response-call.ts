import type { IncomingHttpHeaders } from 'node:http';
import { keyForBackend } from '../../common/api-key.js';
import type { Settings } from '../../config/settings.js';
import type { InputItem } from '../../contracts/responses/items.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import { pickHeaders } from '../backend/wire/backend-headers.js';
import { FlowControl } from '../backend/chat-backend.port.js';

/** Who asks, and how. */
export interface ResponseCall {
  outcome: RequestOutcome;
  apiKey: string | undefined;
  /** The client's headers that travel to the backend, names in lower case. */
  headers: Readonly<Record<string, string>>;
  strict: boolean;
  /** The client is Codex, which drops a message that holds a refusal. */
  refusalsAsText?: boolean;
  flow: FlowControl;
  /** It goes on without its client; whoever follows it later needs its heartbeats. */
  background?: boolean;
  /** What `previous_response_id` names, oldest first, where the transport has looked it up already. */
  history?: readonly InputItem[] | undefined;
}

/** @throws ApiError 401 when there is no key and the backend needs one. */
export function responseCall(
  headers: IncomingHttpHeaders,
  outcome: RequestOutcome,
  settings: Settings,
): ResponseCall {
  return {
    outcome,
    apiKey: keyForBackend(headers, settings),
    headers: pickHeaders(headers, settings.backend.forwardHeaders),
    strict: headers['x-strict'] === 'true',
    refusalsAsText: String(headers.originator).startsWith('codex'),
    flow: new FlowControl(),
  };
}

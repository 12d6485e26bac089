import type { Settings } from '../../config/settings.js';
import type { InputItem } from '../../contracts/responses/items.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import { callerOf, type CallingRequest } from '../backend/backend-calls.service.js';
import { FlowControl, type Caller } from '../backend/chat-backend.port.js';

/** Who asks, and how. */
export interface ResponseCall extends Caller {
  outcome: RequestOutcome;
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
  request: CallingRequest,
  outcome: RequestOutcome,
  settings: Settings,
): ResponseCall {
  const { headers } = request;
  return {
    outcome,
    ...callerOf(request, settings),
    strict: headers['x-strict'] === 'true',
    refusalsAsText: String(headers.originator).startsWith('codex'),
    flow: new FlowControl(),
  };
}

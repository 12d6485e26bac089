import type { Settings } from '../../config/settings.js';
import type { InputItem } from '../../contracts/responses/items.js';
import type { RequestOutcome } from '../../logging/request-outcome.js';
import { callerOf, type CallingRequest } from '../backend/backend-calls.js';
import { FlowControl, type Caller } from '../backend/chat-backend.port.js';

/** Where it is counted what a response makes the process hold until it is taken. */
export interface HeldMemory {
  /** It is so many bytes by now. Pauses the flow while there is no room for more. */
  grow(bytes: number, flow: FlowControl): void;
}

/** Who asks, and how. */
export interface ResponseCall extends Caller {
  outcome: RequestOutcome;
  memory: HeldMemory | undefined;
  strict: boolean;
  /** The client is Codex, which drops a message that holds a refusal. */
  refusalsAsText?: boolean;
  flow: FlowControl;
  /** It goes on without its client; whoever follows it later needs its heartbeats. */
  background?: boolean;
  /** False for a warm-up: the model is not asked. */
  generate?: boolean;
  /** What `previous_response_id` names, oldest first, where the transport has looked it up already. */
  history?: readonly InputItem[] | undefined;
}

/** @throws ApiError 401 when there is no key and the backend needs one. */
export function responseCall(
  request: CallingRequest & { memory: HeldMemory | undefined },
  outcome: RequestOutcome,
  settings: Settings,
): ResponseCall {
  const { headers } = request;
  return {
    outcome,
    memory: request.memory,
    ...callerOf(request, settings),
    strict: headers['x-strict'] === 'true',
    refusalsAsText: String(headers.originator).startsWith('codex'),
    flow: new FlowControl(),
  };
}

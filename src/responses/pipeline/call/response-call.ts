import type { Settings } from '../../../config/settings.js';
import type { InputItem } from '../../../contracts/responses/items.js';
import type { RequestOutcome } from '../../../logging/request-outcome.js';
import { callerOf, type CallingRequest } from '../../backend/calls/backend-calls.js';
import { FlowControl } from '../../backend/chat-backend.port.js';
import type { Caller } from '../../backend/calls/caller.js';
import type { FindFiles } from '../../translator/known-files.js';
import type { FindThoughts } from '../../translator/thought.js';

/** Counts what a response makes the process hold until it is taken. */
export interface HeldMemory {
  /** Says that it holds so many bytes by now. Pauses the flow while there is no room for more. */
  grow(bytes: number, flow: FlowControl): void;
}

/** Says who asks, and how. */
export interface ResponseCall extends Caller {
  outcome: RequestOutcome;
  memory: HeldMemory | undefined;
  strict: boolean;
  /** The client is Codex, which drops a message that holds a refusal (docs/codex.md). */
  refusalsAsText?: boolean;
  flow: FlowControl;
  /** Goes on without its client; whoever follows it later needs its heartbeats. */
  background?: boolean;
  /** The answer goes to a client of Chat Completions, so the backend is asked in that API. */
  asChat?: boolean;
  /** False asks for a warm-up, for which the model is not asked. */
  generate?: boolean;
  /** Holds what `previous_response_id` names, oldest first, where the transport has looked it up already. */
  history?: readonly InputItem[] | undefined;
  /** Finds what calls of stored responses were thought of. */
  findThoughts?: FindThoughts | undefined;
  /** Finds uploaded files; undefined where none are kept. */
  findFiles?: FindFiles | undefined;
}

/**
 * Makes the call of a request.
 * @throws ApiError 401 when there is no key and the backend needs one.
 */
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

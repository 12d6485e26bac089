import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { ResponseResource } from '../../../contracts/responses/response.js';

/** Gives the hooks of plugins. */
export const RESPONSE_HOOKS = Symbol('RESPONSE_HOOKS');

type Maybe<T> = T | Promise<T>;

/** Tells of one response. It is the same object in all hooks, so what a hook knows of a response may hang on it in a WeakMap. */
export interface HookContext {
  requestId: string;
  /** This is the model as the client named it. */
  model: string;
  /** Tells callers apart within this process; it is no key, nor made of one in a way that could be undone. */
  callerId: string;
  /** The name that CALLER gave, where it gave one. */
  callerName: string | undefined;
  /** These are the headers of the client that may travel (FORWARD_HEADERS), names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The response goes on without its client. */
  background: boolean;
}

/** Says how a response ended, for those who count. */
export interface ResponseEnd {
  /** It is as it was given out, with its usage; undefined when the client left, or the call failed, before its end. */
  response: ResponseResource | undefined;
  /** So many milliseconds passed from the translated request to the end. */
  durationMs: number;
}

/**
 * Stands in the way of every response. Each method has HOOK_TIMEOUT_SECS; what it throws ends the response: an ApiError or
 * HttpException with its own status before the first event, as `response.failed` after it, and AnswerStopped as an answer that a
 * content filter cut.
 */
export interface ResponseHook {
  /** Lower ones come first; it is 0 where it is not said. */
  readonly order?: number;
  /** Sees the checked request, and may give another one. */
  beforeTranslate?(
    request: CreateResponseBody,
    context: HookContext,
  ): Maybe<CreateResponseBody> | Maybe<void>;
  /** Sees what goes to the backend, in the API that this one has, and may give another one. */
  beforeBackend?(
    request: BackendRequest,
    context: HookContext,
  ): Maybe<BackendRequest> | Maybe<void>;
  /**
   * Sees the events of one read of the backend, and gives those that go on. Deltas of text may be changed, or held back until a
   * later batch, at the latest that of the terminal event; what repeats them is made to agree. All other events stay as they are.
   */
  onEvents?(
    events: readonly ResponseEvent[],
    context: HookContext,
  ): Maybe<readonly ResponseEvent[]>;
  /** Is told of the end; nobody waits for it, and what it throws is logged. */
  afterResponse?(end: ResponseEnd, context: HookContext): Maybe<void>;
}

/** Thrown by a hook, it ends the answer as `incomplete`, with the reason `content_filter`. */
export class AnswerStopped extends Error {
  constructor(message = 'A hook stopped the answer.') {
    super(message);
    this.name = 'AnswerStopped';
  }
}

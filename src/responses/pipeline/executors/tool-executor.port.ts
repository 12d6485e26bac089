import type { InputItem, OutputItem } from '../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { ToolOutput } from '../../translator/request/context/tool-output.js';
import type { HostedCall, ItemPlace } from '../../translator/stream/hosted-items.js';
import type { ToolAdapter, UnnumberedEvent } from '../../translator/tools/tool-adapter.port.js';

/** Gives the list of executors. A team adds its own to it, or puts another in the place of one. */
export const TOOL_EXECUTORS = Symbol('TOOL_EXECUTORS');

/** Gives the executors of plugins. */
export const MORE_TOOL_EXECUTORS = Symbol('MORE_TOOL_EXECUTORS');

/**
 * Runs Responses tools of some types in this service. The model calls them as functions; the calls never reach the client,
 * which sees items that are done already.
 */
export interface ToolExecutor {
  /** It may run these types of `tools`. It is asked for a session only by requests that have one of them. */
  readonly toolTypes: readonly string[];
  /**
   * Begins one response, and gives undefined when it runs none of the request's tools: they are left out with a warning then.
   * @throws ApiError 400 with `param` for a tool that is wrong.
   */
  open(request: HostedRequest): ToolSession | undefined;
}

/** Describes the request whose tools are run. */
export interface HostedRequest {
  body: CreateResponseBody;
  /** These items are what `previous_response_id` or `conversation` stands for, oldest first. */
  history: readonly InputItem[];
  /** Tells callers apart; no key, nor made of one in a way that could be undone. */
  callerId: string;
}

/** Runs the tools of one response. */
export interface ToolSession {
  /** Make chat functions of the tools, and items of their calls. They are read again for each answer, so `prepare` may change them. */
  readonly adapters: readonly ToolAdapter[];
  /**
   * Before the model is asked for the first time. When it rejects, or takes all the time that the response has for tools, the
   * response fails.
   */
  prepare?(work: ToolWork): Promise<void>;
  /** The answers may cite these pages: their titles, by URL. It is read again for each answer. */
  readonly sources?: ReadonlyMap<string, string>;
  /** The answer may cite these files: their ids, by name. It is read again for each answer. */
  readonly files?: ReadonlyMap<string, string>;
  /** Takes arguments that are no JSON, too. Without it such a call fails, and is not run. */
  readonly takesText?: boolean;
  /** Runs one call. When it rejects or takes too long, `failed` says what becomes of the item. */
  run(call: HostedCall, work: ToolWork): Promise<CallOutcome>;
  /** Gives the outcome of a call that came to nothing. Without it the item's status is `failed`. */
  failed?(call: HostedCall, message: string): CallOutcome;
  /** The response is over, whatever its end: what was kept for it is let go. It does not throw. */
  close?(): void;
}

/** Says why a call came to nothing, in words that the client and the model may read. Of any other error they learn nothing. */
export class ToolFailure extends Error {}

/** The images that one call brings may have so many characters together, in Base64. */
export const MOST_IMAGE_CHARACTERS = 2_000_000;

/** An image that a call makes may have so many characters, in Base64. */
export const MOST_MADE_CHARACTERS = 12_000_000;

/** Says what came of a call. */
export interface CallOutcome {
  /** The item as it is done; its id is that of the call's item. */
  item: OutputItem;
  /** What is told before the item is done: `response.mcp_call.completed`, say. */
  events?: readonly UnnumberedEvent[];
  /** What the model reads, where the item does not say it. */
  output?: ToolOutput;
}

/** Describes what a session may do while it works. Nothing of it has an effect once `signal` is aborted. */
export interface ToolWork {
  readonly signal: AbortSignal;
  /** Says that the work gets on: the time limit of one call begins anew, that of the whole response does not. */
  readonly getsOn: () => void;
  /** Adds an item that no call of the model opened. */
  readonly add: (item: OutputItem) => ItemPlace;
  /** Tells how an item gets on. */
  readonly tell: (place: ItemPlace, events: readonly UnnumberedEvent[]) => void;
  readonly settle: (place: ItemPlace, outcome: CallOutcome) => void;
}

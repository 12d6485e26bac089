import type { ChatCustomTool, ChatFunctionTool } from '../../../contracts/chat/request.js';
import type { JsonRecord } from '../../../common/json.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { InputItem, ItemStatus, OutputItem } from '../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../contracts/responses/tools.js';
import type { BackendDialect } from '../dialect/dialect.js';
import type { WarningCollector } from '../warning.js';
import type { ToolIdentity } from './tool-identity.js';
import type { ToolRegistry } from './tool-registry.js';

export const TOOL_ADAPTERS = Symbol('TOOL_ADAPTERS');
/** Gives the adapters that were added from outside. */
export const MORE_TOOL_ADAPTERS = Symbol('MORE_TOOL_ADAPTERS');

/** Describes one chat function that a Responses tool became. Its name is the client's; the registry makes it legal. */
export interface ToolDeclaration {
  identity: ToolIdentity;
  function: ChatFunctionTool['function'];
  /** Says what it is where the backend has such tools of its own; the function is not sent then. */
  custom?: Omit<ChatCustomTool['custom'], 'name'>;
}

/** Declares the one function of a tool that is named as its type is. */
export function namedAsItsType(
  name: string,
  { description, parameters }: { description: string; parameters: JsonRecord },
): ToolDeclaration {
  return { identity: { type: name, name }, function: { name, description, parameters } };
}

/** Describes a call of the history, as chat wants it. */
export interface HistoryCall {
  callId: string;
  identity: ToolIdentity;
  /** Holds JSON text. */
  arguments: string;
  /** Holds the text of a call that is one where the backend has `custom` tools of its own. */
  input?: string;
}

/** This event has no number yet; the stream stamps it. */
export type UnnumberedEvent = ResponseEvent extends infer Event
  ? Event extends ResponseEvent
    ? Omit<Event, 'sequence_number'>
    : never
  : never;

/** Writes a call while it streams. The stream owns ids, order and numbering; this owns the item's shape and its deltas. */
export interface CallWriter {
  /** Gives the item as it stands. */
  item(status: ItemStatus): OutputItem;
  /** Takes a fragment of the JSON arguments. */
  push(fragment: string): UnnumberedEvent[];
  /** Emits the `.done` event: the arguments are complete (or cut, when `status` is incomplete). */
  finish(status: ItemStatus): UnnumberedEvent[];
}

export interface CallContext {
  itemId: string;
  outputIndex: number;
  callId: string;
  identity: ToolIdentity;
  /** Collects what had to be repaired in the answer. */
  warnings: WarningCollector;
}

/** Makes chat functions of one Responses tool type. It is pure and stateless, and there is one per tool type. */
export interface ToolAdapter {
  readonly toolType: string;
  /**
   * Makes the chat functions of a tool.
   * @param param is the tool's path in the request, or null for a tool that the stored history brought.
   * @param customTools says what the backend takes; without it there are functions alone.
   */
  declare(
    tool: ResponseTool,
    param: string | null,
    warnings: WarningCollector,
    customTools?: BackendDialect['customTools'],
  ): ToolDeclaration[];
}

/** Writes the calls of a tool type as output items. */
export interface CallingTool extends ToolAdapter {
  /** Begins the ids of its items: `fc`, `ctc`. */
  readonly itemIdPrefix: string;
  /**
   * Tells whether arguments that are no JSON stop in the middle of what the tool takes (half a patch). A call that broke off gets
   * no `output_item.done` and is not in the output, since clients would run it.
   */
  breaksOff?(callArguments: string): boolean;
  /**
   * Tells that the item says nothing without its arguments (a shell call without a command). It is added when they are whole,
   * after a single `push`; a cut one never appears.
   */
  readonly needsWholeArguments?: boolean;
  /**
   * The service runs these calls itself. Such an item stays open when its arguments are whole: what came of the call
   * closes it. Arguments that are no JSON make a call that fails.
   */
  readonly runsHere?: boolean;
  /** The client only allows these calls, which the service runs then. */
  readonly runsOnceAllowed?: boolean;
  openCall(context: CallContext): CallWriter;
}

/** Carries the calls and outputs of a tool that clients run, both ways. */
export interface ToolCallAdapter extends CallingTool {
  readonly callItemType: string;
  readonly outputItemType: string;
  /**
   * Reads a call of the history.
   * @param param is the item's path in the request, or null for an item of the stored history.
   */
  readCall(item: InputItem, param: string | null, warnings: WarningCollector): HistoryCall;
  /** Gives the output in a form of `function_call_output.output`, where the item has another one. */
  readOutput?(item: InputItem, registry: ToolRegistry): unknown;
}

export function hasCalls(adapter: ToolAdapter): adapter is CallingTool {
  return 'openCall' in adapter;
}

export function readsCalls(adapter: ToolAdapter): adapter is ToolCallAdapter {
  return 'readCall' in adapter;
}

/** Tells whether the service runs the calls of a tool itself. */
export function isRunHere(adapter: ToolAdapter): boolean {
  return hasCalls(adapter) && adapter.runsHere === true;
}

import type { ChatFunctionTool } from '../../../contracts/chat/request.js';
import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { InputItem, ItemStatus, OutputItem } from '../../../contracts/responses/items.js';
import type { ResponseTool } from '../../../contracts/responses/tools.js';
import type { WarningCollector } from '../warning.js';
import type { ToolRegistry } from './tool-registry.js';

export const TOOL_ADAPTERS = Symbol('TOOL_ADAPTERS');

/** What the client calls a tool. The backend sees only the legal function name that the registry made of it. */
export interface ToolIdentity {
  /** The type of the adapter that owns its calls: `function`, `custom`, ... */
  type: string;
  name: string;
  namespace?: string;
}

/** One chat function that a Responses tool became. Its name is the client's; the registry makes it legal. */
export interface ToolDeclaration {
  identity: ToolIdentity;
  function: ChatFunctionTool['function'];
}

/** A call of the history, as chat wants it. */
export interface HistoryCall {
  callId: string;
  identity: ToolIdentity;
  /** JSON text. */
  arguments: string;
}

/** An event without its number; the stream stamps it. */
export type UnnumberedEvent = ResponseEvent extends infer Event
  ? Event extends ResponseEvent
    ? Omit<Event, 'sequence_number'>
    : never
  : never;

/** A call while it streams. The stream owns ids, order and numbering; this owns the item's shape and its deltas. */
export interface CallWriter {
  /** The item as it stands. */
  item(status: ItemStatus): OutputItem;
  /** A fragment of the JSON arguments arrived. */
  push(fragment: string): UnnumberedEvent[];
  /** The arguments are complete (or cut, when `status` is incomplete). Emits the `.done` event. */
  finish(status: ItemStatus): UnnumberedEvent[];
}

export interface CallContext {
  itemId: string;
  outputIndex: number;
  callId: string;
  identity: ToolIdentity;
  /** Of the answer: what had to be repaired. */
  warnings: WarningCollector;
}

/** Makes chat functions of one Responses tool type. Pure and stateless; one per tool type. */
export interface ToolAdapter {
  readonly toolType: string;
  /** `param` is the tool's path in the request, or null for a tool that the stored history brought. */
  declare(tool: ResponseTool, param: string | null, warnings: WarningCollector): ToolDeclaration[];
}

/** A tool type with items of its own: carries its calls and outputs both ways. */
export interface ToolCallAdapter extends ToolAdapter {
  readonly callItemType: string;
  readonly outputItemType: string;
  /** Prefix of the item ids: `fc`, `ctc`. */
  readonly itemIdPrefix: string;
  /**
   * Whether arguments that are no JSON stop in the middle of what the tool takes (half a patch). A call that broke off
   * gets no `output_item.done` and is not in the output, since clients would run it.
   */
  breaksOff?(callArguments: string): boolean;
  /**
   * The item says nothing without its arguments (a shell call without a command). It is added when they are whole, after a
   * single `push`; a cut one never appears.
   */
  readonly needsWholeArguments?: boolean;
  /** `param` is the item's path in the request, or null for an item of the stored history. */
  readCall(item: InputItem, param: string | null, warnings: WarningCollector): HistoryCall;
  /** The output in a form of `function_call_output.output`, where the item has another one. */
  readOutput?(item: InputItem, registry: ToolRegistry): unknown;
  openCall(context: CallContext): CallWriter;
}

export function hasCalls(adapter: ToolAdapter): adapter is ToolCallAdapter {
  return 'openCall' in adapter;
}

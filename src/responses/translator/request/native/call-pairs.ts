import type { InputItem } from '../../../../contracts/responses/items.js';
import type { WarningCollector } from '../../warning.js';
import { findAnswered, type ToolAnswer } from '../context/turn.js';
import { NO_OUTPUT } from '../messages/emit-assistant-turn.js';

/** Describes a call of the conversation that goes out as an item. */
export interface PairedCall {
  id: string;
  /** The backend knows the function by this name. */
  name: string;
  /** Holds what it was called with, to tell a repeated call from another one. */
  given: string;
  param: string | null;
  /** The item that brings its output has this type, where the call was an item. */
  outputType?: string | undefined;
  /** The call went as it is, so its output does. */
  isNative?: boolean;
}

interface Placed extends PairedCall {
  item: InputItem;
  output?: InputItem;
}

/** Keeps calls and their outputs together: backends refuse a call without an output, two calls of one id, and two outputs. */
export class CallPairs {
  private readonly calls: Placed[] = [];
  private readonly byId = new Map<string, Placed[]>();

  constructor(private readonly warnings: WarningCollector) {}

  get size(): number {
    return this.calls.length;
  }

  /** Gives the item to write; undefined for a call that is there already. */
  call(call: PairedCall, item: InputItem): InputItem | undefined {
    const known = this.byId.get(call.id) ?? [];
    // A backend that counts its calls anew uses an id again when the call before has its output.
    const open = known.filter(({ output }) => output === undefined);
    const isRepeated = open.some(({ name, given }) => name === call.name && given === call.given);
    if (open.length > 0) {
      const message = isRepeated
        ? `Call '${call.id}' is there twice; it is sent once.`
        : `Call id '${call.id}' is used for two calls; the second gets an id of its own.`;
      this.warnings.add('tool_call_duplicate', call.param, message);
    }
    if (isRepeated) return undefined;
    const id = known.length === 0 ? call.id : `${call.id}_${known.length + 1}`;
    const placed: Placed = { ...call, id, item: { ...item, call_id: id } };
    this.calls.push(placed);
    this.byId.set(call.id, [...known, placed]);
    return placed.item;
  }

  /** Finds the call of an output. Without a call id it is the oldest call of its tool that has none yet. */
  answer(answer: Pick<ToolAnswer, 'callId' | 'toolName' | 'type'>): PairedCall | undefined {
    return findAnswered(answer, this.calls, (id) => this.byId.get(id));
  }

  /** Writes an output behind what is there, or in the place of an earlier one of the same call, and gives it. */
  settle(call: PairedCall, output: InputItem, items: InputItem[], param: string | null): InputItem {
    const placed = call as Placed;
    const item = { ...output, call_id: placed.id };
    if (placed.output === undefined) items.push(item);
    else {
      const message = `Call '${placed.id}' has more than one output; the last one is kept.`;
      this.warnings.add('tool_output_duplicate', param, message);
      items[items.indexOf(placed.output)] = item;
    }
    placed.output = item;
    return item;
  }

  /** Gives the items with an output behind each call that has none. */
  filled(items: readonly InputItem[]): InputItem[] {
    const open = new Map(
      this.calls.flatMap((call) => (call.output === undefined ? [[call.item, call] as const] : [])),
    );
    if (open.size === 0) return [...items];
    return items.flatMap((item) => {
      const call = open.get(item);
      if (call === undefined) return [item];
      const message = `Call '${call.id}' has no output; one was filled in.`;
      this.warnings.add('tool_output_filled', call.param, message);
      return [item, filling(call)];
    });
  }
}

function filling({ id, isNative, item }: Placed): InputItem {
  const output = { call_id: id, output: NO_OUTPUT };
  if (isNative !== true || item.type === 'function_call')
    return { type: 'function_call_output', ...output };
  return { type: `${item.type}_output`, ...output };
}

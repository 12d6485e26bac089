import { backendStreamBroken } from '../../../common/error-table.js';
import type { IdGenerator } from '../../../common/id-generator.js';
import type { ItemStatus, OutputItem } from '../../../contracts/responses/items.js';
import type { CallWriter, ToolAdapter, ToolIdentity } from '../../tools/tool-adapter.port.js';
import type { ToolRegistry } from '../../tools/tool-registry.js';
import type { WarningCollector } from '../warning.js';
import type { EventSequence } from './event-sequence.js';
import type { ToolCallFragment } from './read-tool-call-fragments.js';
import { isCompleteJson, ToolCallAssembler, type AssembledCall } from './tool-call-assembler.js';

/** More calls than this in one answer is a backend gone wild. */
const MAX_CALLS = 256;

interface StreamedCall extends AssembledCall {
  /** How much of `arguments` has been given to the writer. */
  sent: number;
  outputIndex: number;
  writer: CallWriter | undefined;
  suppressed: boolean;
}

export interface ToolCallsContext {
  tools: ToolRegistry;
  adapters: readonly ToolAdapter[];
  /** Chat names that the model may call; undefined allows all. */
  allowedTools: ReadonlySet<string> | undefined;
  ids: IdGenerator;
  warnings: WarningCollector;
  /** Called when a call is about to become an output item; gives its index. */
  claimOutputIndex: () => number;
}

/** The function calls of one answer. They stay open until it ends, since their fragments may interleave. */
export class ToolCallsWriter {
  private readonly assembler = new ToolCallAssembler<StreamedCall>(() => ({
    id: undefined,
    name: undefined,
    arguments: '',
    sent: 0,
    outputIndex: -1,
    writer: undefined,
    suppressed: false,
  }));
  private readonly callIds = new Set<string>();

  constructor(
    private readonly sequence: EventSequence,
    private readonly context: ToolCallsContext,
  ) {}

  push(fragments: readonly ToolCallFragment[]): void {
    for (const fragment of fragments) {
      const call = this.assembler.accept(fragment);
      if (this.assembler.calls.length > MAX_CALLS) {
        throw backendStreamBroken(`The backend made more than ${MAX_CALLS} tool calls.`);
      }
      if (call.name !== undefined && call.writer === undefined) this.open(call, call.name);
      if (!mayBeDoubleEncoded(call)) this.send(call);
    }
  }

  /** The highest output index among the open calls, or -1. */
  get lastOutputIndex(): number {
    return this.assembler.calls.reduce((last, call) => Math.max(last, call.outputIndex), -1);
  }

  /**
   * Ends all calls in the order of their items. `cutIndex` is the item that the token limit cut, -1 when it cut
   * none that can be named, undefined when the answer is whole.
   */
  close(cutIndex: number | undefined): { outputIndex: number; item: OutputItem }[] {
    const nameless = this.assembler.calls.some((call) => call.name === undefined);
    if (nameless && cutIndex === undefined) {
      throw backendStreamBroken('The backend sent a tool call without a name.');
    }
    const open = this.assembler.calls.filter((call) => call.writer !== undefined);
    open.sort((a, b) => a.outputIndex - b.outputIndex);
    return open.map((call) => this.closeCall(call, cutIndex));
  }

  private open(call: StreamedCall, name: string): void {
    if (call.suppressed) return;
    const { allowedTools, ids, tools, warnings } = this.context;
    if (allowedTools !== undefined && !allowedTools.has(name)) {
      call.suppressed = true;
      warnings.add('call_suppressed', null, `The model called '${name}', which was not allowed.`);
      return;
    }
    const identity = tools.resolve(name);
    const adapter = this.adapterOf(identity);
    call.outputIndex = this.context.claimOutputIndex();
    const writer = adapter.openCall({
      itemId: ids.next(adapter.itemIdPrefix),
      outputIndex: call.outputIndex,
      callId: this.uniqueCallId(call),
      identity,
    });
    this.sequence.emit({
      type: 'response.output_item.added',
      output_index: call.outputIndex,
      item: writer.item('in_progress'),
    });
    call.writer = writer;
  }

  private adapterOf({ type }: ToolIdentity): ToolAdapter {
    const adapter = this.context.adapters.find((candidate) => candidate.toolType === type);
    if (adapter === undefined) throw new Error(`No tool adapter for '${type}'.`);
    return adapter;
  }

  private send(call: StreamedCall): void {
    if (call.writer === undefined || call.sent === call.arguments.length) return;
    const fragment = call.sent === 0 ? call.arguments : call.arguments.slice(call.sent);
    call.sent = call.arguments.length;
    for (const event of call.writer.push(fragment)) this.sequence.emit(event);
  }

  private closeCall(
    call: StreamedCall,
    cutIndex: number | undefined,
  ): { outputIndex: number; item: OutputItem } {
    const writer = call.writer;
    if (writer === undefined) throw new Error('A call that was never opened cannot be closed.');
    if (call.sent === 0) this.unwrapDoubleEncoded(call);
    this.send(call);
    const whole = call.arguments.trim() === '' || isCompleteJson(call.arguments);
    const cut = cutIndex !== undefined && (call.outputIndex === cutIndex || !whole);
    if (!whole && !cut) {
      const message = `The arguments of '${call.name ?? ''}' are not valid JSON; passed on as they came.`;
      this.context.warnings.add('arguments_invalid', null, message);
    }
    const status: ItemStatus = cut ? 'incomplete' : 'completed';
    for (const event of writer.finish(status)) this.sequence.emit(event);
    const item = writer.item(status);
    const { outputIndex } = call;
    this.sequence.emit({ type: 'response.output_item.done', output_index: outputIndex, item });
    return { outputIndex, item };
  }

  /** JSON text inside a JSON string: `"{\"a\":1}"` (pain point 23). */
  private unwrapDoubleEncoded(call: StreamedCall): void {
    if (!call.arguments.trimStart().startsWith('"') || !isCompleteJson(call.arguments)) return;
    const inner: unknown = JSON.parse(call.arguments);
    if (typeof inner !== 'string' || !isCompleteJson(inner)) return;
    call.arguments = inner;
    const message = `The arguments of '${call.name ?? ''}' came as JSON inside a JSON string.`;
    this.context.warnings.add('arguments_repaired', null, message);
  }

  /** The client needs every call_id once in a conversation, and some backends number calls per answer: "0", "1". */
  private uniqueCallId({ id }: StreamedCall): string {
    if (id === undefined) return this.context.ids.next('call');
    if (this.callIds.has(id) || /^\d+$/.test(id)) {
      const message = `The call id '${id}' is not unique and was replaced.`;
      this.context.warnings.add('stream_repaired', null, message);
      return this.context.ids.next('call');
    }
    this.callIds.add(id);
    return id;
  }
}

/** Arguments that begin with a quote are held back until it is clear whether they are JSON in a string. */
function mayBeDoubleEncoded(call: StreamedCall): boolean {
  return call.sent === 0 && /^\s*(?:"|$)/.test(call.arguments);
}

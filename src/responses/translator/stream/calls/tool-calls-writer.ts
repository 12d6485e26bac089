import { backendStreamBroken } from '../../../../common/error-table.js';
import type { ItemStatus, OutputItem } from '../../../../contracts/responses/items.js';
import { callAdapterOf } from '../../tools/tool-adapter.port.js';
import { CallIds } from './call-ids.js';
import type { EventSequence } from '../event-sequence.js';
import type { ToolCallFragment } from './read-tool-call-fragments.js';
import {
  isHeld,
  isClosedJson,
  isUnclosed,
  isWhole,
  mayBeDoubleEncoded,
  newCall,
  type StreamedCall,
} from './streamed-call.js';
import { ToolCallAssembler } from './tool-call-assembler.js';
import type { ToolCallsContext } from './tool-calls-context.js';
import { unwrapDoubleEncoded } from './unwrap-double-encoded.js';

/** More calls than this in one answer is a backend gone wild. */
const MAX_CALLS = 256;

interface ClosedCall {
  outputIndex: number;
  item: OutputItem;
}

/** The function calls of one answer. They stay open until it ends, since their fragments may interleave. */
export class ToolCallsWriter {
  private readonly assembler: ToolCallAssembler<StreamedCall>;
  private readonly callIds: CallIds;
  private allowedCalls = 0;
  private cutCalls = 0;

  constructor(
    private readonly sequence: EventSequence,
    private readonly context: ToolCallsContext,
  ) {
    this.assembler = new ToolCallAssembler<StreamedCall>(newCall, (name) =>
      context.tools.mayGrow(name),
    );
    this.callIds = new CallIds(context.ids, context.warnings);
  }

  push(fragments: readonly ToolCallFragment[]): void {
    for (const fragment of fragments) {
      const { call, added } = this.assembler.accept(fragment);
      if (call.replaced) call.unsent = '';
      call.replaced = false;
      call.unsent += added;
      if (this.assembler.calls.length > MAX_CALLS) {
        throw backendStreamBroken(`The backend made more than ${MAX_CALLS} tool calls.`);
      }
      if (call.arguments !== '' || !this.context.tools.mayGrow(call.name ?? ''))
        this.openNamed(call);
      if (!mayBeDoubleEncoded(call)) this.send(call);
    }
  }

  get hasBegun(): boolean {
    return this.assembler.calls.length > 0;
  }

  /** Some call broke off, whatever the finish reason said. */
  get hasCutCall(): boolean {
    return this.cutCalls > 0;
  }

  /** The highest output index among the calls, or -1. A call that is not shown yet comes after everything that is. */
  get lastOutputIndex(): number {
    const { calls } = this.assembler;
    if (calls.some(isHeld)) return Number.MAX_SAFE_INTEGER;
    return calls.reduce((last, call) => Math.max(last, call.outputIndex), -1);
  }

  /**
   * Ends all calls in the order of their items. `cutIndex` is the item that the token limit cut, -1 when it cut
   * none that can be named, undefined when the answer is whole.
   */
  close(cutIndex: number | undefined): ClosedCall[] {
    const { calls } = this.assembler;
    for (const call of calls) this.openNamed(call);
    const nameless = calls.some((call) => call.name === undefined);
    if (nameless && cutIndex === undefined) {
      throw backendStreamBroken('The backend sent a tool call without a name.');
    }
    const held = calls.filter(isHeld);
    // Before any call is done, since clients run it then. Nothing cut these arguments: the backend failed.
    const broken =
      cutIndex === undefined ? held.find((call) => !isWhole(call) && !isUnclosed(call)) : undefined;
    if (broken !== undefined) {
      const message = `The arguments of '${broken.name ?? ''}' are not valid JSON.`;
      throw backendStreamBroken(message);
    }
    const open = calls.filter((call) => call.writer !== undefined);
    open.sort((a, b) => a.outputIndex - b.outputIndex);
    return [...open, ...held]
      .map((call) => this.closeCall(call, cutIndex))
      .filter((closed) => closed !== undefined);
  }

  /** The answer broke: none of its calls may run. */
  abandon(): void {
    for (const call of this.assembler.calls) {
      if (call.tool !== undefined) this.warnOfAbandoned(call);
    }
  }

  private openNamed(call: StreamedCall): void {
    if (call.name === undefined || call.tool !== undefined || call.suppressed) return;
    const name = this.context.tools.offeredName(call.name);
    if (name !== call.name) {
      const message = `The model called '${call.name.slice(0, 100)}', which was read as '${name}'.`;
      this.context.warnings.add('stream_repaired', null, message);
      call.name = name;
    }
    this.open(call, name);
  }

  private open(call: StreamedCall, name: string): void {
    const { tools, warnings } = this.context;
    const objection = this.objectionTo(name);
    if (objection !== undefined) {
      call.suppressed = true;
      warnings.add('call_suppressed', null, `The model called '${name}', ${objection}.`);
      return;
    }
    this.allowedCalls += 1;
    const identity = tools.resolve(name);
    call.tool = { identity, adapter: callAdapterOf(this.context.adapters, identity) };
    if (call.tool.adapter.needsWholeArguments !== true) this.begin(call);
  }

  private objectionTo(name: string): string | undefined {
    const { allowedTools, maxToolCalls = MAX_CALLS } = this.context;
    if (allowedTools !== undefined && !allowedTools.has(name)) return 'which was not allowed';
    return this.allowedCalls < maxToolCalls ? undefined : 'which was more than max_tool_calls';
  }

  /** The call becomes an output item. */
  private begin(call: StreamedCall): void {
    const { tool } = call;
    if (tool === undefined) throw new Error('A call without a name cannot begin.');
    const { identity, adapter } = tool;
    const { ids, warnings } = this.context;
    call.outputIndex = this.context.claimOutputIndex();
    const writer = adapter.openCall({
      itemId: ids.next(adapter.itemIdPrefix),
      outputIndex: call.outputIndex,
      callId: this.callIds.claim(call.id),
      identity,
      warnings,
    });
    call.writer = writer;
    const ready = adapter.needsWholeArguments === true ? writer.push(call.arguments) : [];
    this.sequence.emit({
      type: 'response.output_item.added',
      output_index: call.outputIndex,
      item: writer.item('in_progress'),
    });
    for (const event of ready) this.sequence.emit(event);
  }

  private send(call: StreamedCall): void {
    if (call.writer === undefined || call.unsent === '') return;
    const fragment = call.unsent;
    call.unsent = '';
    call.sending = true;
    for (const event of call.writer.push(fragment)) this.sequence.emit(event);
  }

  private closeCall(call: StreamedCall, cutIndex: number | undefined): ClosedCall | undefined {
    if (!call.sending) unwrapDoubleEncoded(call, this.context.warnings);
    const whole = isWhole(call);
    if (isHeld(call))
      return this.closeHeld(call, whole && (cutIndex === undefined || isClosedJson(call)));
    this.send(call);
    if (isUnclosed(call) || (cutIndex !== undefined && !isClosedJson(call))) {
      this.cutCalls++;
      this.warnOfAbandoned(call);
      return undefined;
    }
    if (!whole) {
      const message = `The arguments of '${call.name ?? ''}' are not valid JSON; passed on as they came.`;
      this.context.warnings.add('arguments_invalid', null, message);
    }
    return this.done(call, 'completed');
  }

  /** Only whole arguments make an item. */
  private closeHeld(call: StreamedCall, whole: boolean): ClosedCall | undefined {
    if (whole) {
      this.begin(call);
      return this.done(call, 'completed');
    }
    this.cutCalls++;
    this.warnOfAbandoned(call);
    return undefined;
  }

  private done({ writer, outputIndex }: StreamedCall, status: ItemStatus): ClosedCall {
    if (writer === undefined) throw new Error('A call that never began cannot be done.');
    for (const event of writer.finish(status)) this.sequence.emit(event);
    const item = writer.item(status);
    this.sequence.emit({ type: 'response.output_item.done', output_index: outputIndex, item });
    return { outputIndex, item };
  }

  private warnOfAbandoned({ name }: StreamedCall): void {
    const message = `The call of '${name ?? ''}' was cut and is not in the output: clients would run it.`;
    this.context.warnings.add('call_abandoned', null, message);
  }
}

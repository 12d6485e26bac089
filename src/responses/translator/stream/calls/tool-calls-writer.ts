import { backendStreamBroken } from '../../../../common/error-table.js';
import { CallLimits, MAX_CALLS } from './call-limits.js';
import { CallIds } from './call-ids.js';
import { closeInput } from './custom-input.js';
import type { EventSequence } from '../sequence/event-sequence.js';
import type { OutputSlot } from '../sequence/output-items.js';
import type { CallOptions } from '../sequence/stream-options.js';
import type { ToolCallFragment } from './read-tool-call-fragments.js';
import {
  isHeld,
  isHosted,
  isShown,
  isClosedJson,
  isUnclosed,
  isWhole,
  mayBeWrong,
  mayBeDoubleEncoded,
  newCall,
  refuseBroken,
  repairName,
  runsHere,
  type StreamedCall,
} from './streamed-call.js';
import { ToldSearches } from './told-searches.js';
import { ToolCallAssembler } from './tool-call-assembler.js';
import { unwrapDoubleEncoded } from './unwrap-double-encoded.js';

/** Writes the function calls of one answer. They stay open until it ends, since their fragments may interleave. */
export class ToolCallsWriter {
  private readonly assembler: ToolCallAssembler<StreamedCall>;
  private readonly callIds: CallIds;
  private readonly limits: CallLimits;
  private readonly searches: ToldSearches;
  /** Tells that some call broke off, whatever the finish reason said. */
  hasCutCall = false;

  constructor(
    private readonly sequence: EventSequence,
    private readonly options: CallOptions,
    /** Makes the place for a call that is about to become an output item. */
    private readonly openSlot: () => OutputSlot,
  ) {
    this.assembler = new ToolCallAssembler<StreamedCall>(newCall, (name) =>
      options.tools.mayGrow(name),
    );
    this.limits = new CallLimits(options);
    this.searches = new ToldSearches(sequence, options, openSlot);
    this.callIds = new CallIds(options.ids, options.warnings, new Set(options.knownCallIds));
  }

  push(fragments: readonly ToolCallFragment[]): void {
    for (const fragment of fragments) {
      const { call, added } = this.assembler.accept(fragment);
      call.unsent = call.replaced ? added : call.unsent + added;
      call.replaced = false;
      if (this.assembler.calls.length > MAX_CALLS) {
        throw backendStreamBroken(`The backend made more than ${MAX_CALLS} tool calls.`);
      }
      const mayGrow = call.arguments === '' && this.options.tools.mayGrow(call.name ?? '');
      if (!mayGrow) this.openNamed(call);
      if (!mayBeDoubleEncoded(call)) this.send(call);
    }
  }

  /** Lists the calls in the order in which they began. */
  get all(): readonly StreamedCall[] {
    return this.assembler.calls;
  }

  /** Notes that a call that was written as text broke off. */
  noteCut(): void {
    this.cut({ name: undefined, shown: undefined });
  }

  /** Notes that a call that was written as text names a tool that was not offered. */
  noteUnknown(name: string): void {
    const message = `The model called '${name.slice(0, 100)}', which was not offered.`;
    this.options.warnings.add('call_suppressed', null, message);
  }

  /** Tells that some call is one that the client may get. */
  get hasAllowed(): boolean {
    return this.limits.hasAllowed;
  }

  /** Tells that some call is not shown before its arguments are whole. */
  get hasHeld(): boolean {
    return this.assembler.calls.some(isHeld);
  }

  /** Ends all calls in the order of their items. `cut` says that the token limit ended the answer. */
  close(cut: boolean): void {
    const { calls } = this.assembler;
    for (const call of calls) {
      this.openNamed(call);
      if (!cut) closeInput(call);
    }
    // This comes before any call is done, since clients run it then.
    if (!cut) refuseBroken(calls);
    const held = calls.filter(isHeld);
    const open = calls.filter(isShown).sort((a, b) => a.shown.slot.index - b.shown.slot.index);
    for (const call of [...open, ...held]) this.closeCall(call, cut);
    // Nothing is run of an answer that was cut.
    if (cut || this.hasCutCall) for (const call of calls.filter(isHosted)) this.leaveOut(call);
  }

  /** Drops all calls, since the answer broke and none of them may run. */
  abandon(): void {
    for (const call of this.assembler.calls) {
      if (call.tool !== undefined) this.leaveOut(call);
    }
  }

  private openNamed(call: StreamedCall): void {
    if (call.name === undefined || call.tool !== undefined || call.suppressed) return;
    const { tools, warnings } = this.options;
    const name = repairName(call.name, tools, warnings);
    call.name = name;
    const objection = this.limits.objectionTo(name);
    if (objection !== undefined) {
      call.suppressed = true;
      warnings.add('call_suppressed', null, `The model called '${name}', ${objection}.`);
      return;
    }
    const { namespace } = call;
    const identity =
      namespace === undefined ? tools.resolve(name) : { type: 'function', name, namespace };
    call.tool = { identity, adapter: this.options.adapters.ofCall(identity) };
    if (call.tool.adapter.needsWholeArguments !== true) this.begin(call);
  }

  /** Makes the call an output item. */
  private begin(call: StreamedCall): void {
    const { tool } = call;
    if (tool === undefined) throw new Error('A call without a name cannot begin.');
    const { identity, adapter } = tool;
    const { ids, warnings } = this.options;
    this.searches.tell(call.name);
    const slot = this.openSlot();
    const writer = adapter.openCall({
      itemId: ids.next(adapter.itemIdPrefix),
      outputIndex: slot.index,
      callId: this.callIds.claim(call.id),
      identity,
      warnings,
    });
    call.shown = { slot, writer };
    const ready = adapter.needsWholeArguments === true ? writer.push(call.arguments) : [];
    this.sequence.emit({
      type: 'response.output_item.added',
      output_index: slot.index,
      item: writer.item('in_progress'),
    });
    for (const event of ready) this.sequence.emit(event);
  }

  private send(call: StreamedCall): void {
    if (call.shown === undefined || call.unsent === '') return;
    const fragment = call.unsent;
    call.unsent = '';
    call.sending = true;
    for (const event of call.shown.writer.push(fragment)) this.sequence.emit(event);
  }

  private closeCall(call: StreamedCall, cut: boolean): void {
    if (!call.sending) unwrapDoubleEncoded(call, this.options.warnings);
    const whole = isWhole(call);
    if (isHeld(call)) {
      const ended = whole || (mayBeWrong(call) && !isUnclosed(call));
      this.closeHeld(call, ended && (!cut || isClosedJson(call)));
      return;
    }
    this.send(call);
    if (isUnclosed(call) || (cut && !isClosedJson(call))) {
      this.cut(call);
      return;
    }
    if (!whole) {
      const message = `The arguments of '${call.name ?? ''}' are not valid JSON; passed on as they came.`;
      this.options.warnings.add('arguments_invalid', null, message);
    }
    this.done(call);
  }

  /** Only arguments that ended make an item. */
  private closeHeld(call: StreamedCall, ended: boolean): void {
    if (!ended) {
      this.cut(call);
      return;
    }
    this.begin(call);
    this.done(call);
  }

  private done(call: StreamedCall): void {
    const { shown } = call;
    if (shown === undefined) throw new Error('A call that never began cannot be done.');
    const { slot, writer } = shown;
    for (const event of writer.finish('completed')) this.sequence.emit(event);
    if (runsHere(call)) return;
    const item = writer.item('completed');
    this.sequence.emit({ type: 'response.output_item.done', output_index: slot.index, item });
    slot.close(item);
  }

  private cut(call: Pick<StreamedCall, 'name' | 'shown'>): void {
    this.hasCutCall = true;
    this.leaveOut(call);
  }

  private leaveOut({ name, shown }: Pick<StreamedCall, 'name' | 'shown'>): void {
    shown?.slot.abandon();
    const message = `The call of '${name ?? 'a tool'}' was cut and is not in the output: clients would run it.`;
    this.options.warnings.add('call_abandoned', null, message);
  }
}

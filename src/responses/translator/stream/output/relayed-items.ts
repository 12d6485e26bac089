import type { IdGenerator } from '../../../../common/id-generator.js';
import { nonEmptyText, type JsonRecord } from '../../../../common/json.js';
import type { OutputItem } from '../../../../contracts/responses/items.js';
import type { UnnumberedEvent } from '../../tools/tool-adapter.port.js';
import type { WarningCollector } from '../../warning.js';
import type { EventSequence } from '../sequence/event-sequence.js';
import type { OutputBudget } from '../sequence/output-budget.js';
import type { OutputSlot } from '../sequence/output-items.js';

interface RelayOptions {
  ids: IdGenerator;
  warnings: WarningCollector;
  budget: OutputBudget;
  /** Makes the place of an item; a text that is open ends before it. */
  openSlot: () => OutputSlot;
}

/** This item goes through as the backend tells it. */
export interface RelayedItem {
  id: string;
  slot: OutputSlot;
  item: JsonRecord;
  /** Holds what the deltas of a custom tool's input say. */
  input: string;
}

/** These are calls that the client runs. They have a `call_id`, and one that broke off must never be run. */
const CLIENT_CALLS: readonly unknown[] = [
  'custom_tool_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'computer_call',
];

/** No real id is longer, and an id of another form could not be given back. */
const ID = /^[A-Za-z0-9_-]{1,200}$/;

/** Writes the items of tools that the backend knows itself, with its own ids, since it may want to see them again. */
export class RelayedItems {
  private readonly open = new Set<RelayedItem>();
  private readonly ids = new Set<string>();
  private calls = 0;
  private hasLeftOut = false;
  /** Tells that a call of the client's broke off. */
  hasCutCall = false;

  constructor(
    private readonly sequence: EventSequence,
    private readonly options: RelayOptions,
  ) {}

  get hasAny(): boolean {
    return this.ids.size > 0;
  }

  /** Tells that the client has calls to answer. */
  get hasClientCalls(): boolean {
    return this.calls > 0;
  }

  /** Gives undefined for what is left out. */
  add(given: JsonRecord): RelayedItem | undefined {
    if (given.type === 'compaction') {
      this.leaveOut();
      return undefined;
    }
    const slot = this.options.openSlot();
    const id = this.claim(given);
    // Its input comes in deltas, which would be told twice.
    const item: JsonRecord = {
      ...given,
      id,
      ...('status' in given ? { status: 'in_progress' } : {}),
      ...(given.type === 'custom_tool_call' ? { input: '' } : {}),
    };
    this.weigh(item);
    this.sequence.emit({
      type: 'response.output_item.added',
      output_index: slot.index,
      item: item as unknown as OutputItem,
    });
    const relayed: RelayedItem = { id, slot, item, input: '' };
    this.open.add(relayed);
    return relayed;
  }

  /** Tells of an item what the backend tells of it. */
  tell(relayed: RelayedItem, event: JsonRecord): void {
    if (!this.open.has(relayed)) return;
    this.weigh(event);
    this.sequence.emit({
      ...event,
      // Such an item has no parts.
      content_index: undefined,
      summary_index: undefined,
      item_id: relayed.id,
      output_index: relayed.slot.index,
    } as unknown as UnnumberedEvent);
  }

  addInput(relayed: RelayedItem, delta: string): void {
    if (!this.open.has(relayed) || delta === '') return;
    this.options.budget.count(delta);
    relayed.input += delta;
    const { id: item_id, slot } = relayed;
    const type = 'response.custom_tool_call_input.delta';
    this.sequence.emit({ type, item_id, output_index: slot.index, delta });
  }

  done(relayed: RelayedItem, given: JsonRecord): void {
    if (!this.open.has(relayed)) return;
    const isForClient = CLIENT_CALLS.includes(relayed.item.type);
    if (isForClient && given.status !== undefined && given.status !== 'completed') {
      this.cut(relayed);
      return;
    }
    const item: JsonRecord = { ...relayed.item, ...given, type: relayed.item.type, id: relayed.id };
    if (item.type === 'custom_tool_call') item.input = this.wholeInput(relayed, given.input);
    if (item.status === 'in_progress') item.status = 'completed';
    this.weigh(item);
    this.open.delete(relayed);
    if (isForClient) this.calls += 1;
    const done = item as unknown as OutputItem;
    const { index: output_index } = relayed.slot;
    this.sequence.emit({ type: 'response.output_item.done', output_index, item: done });
    relayed.slot.close(done);
  }

  /** The answer is over: a call that was never whole is left out, and what the backend ran itself is as it was last seen. */
  close(): void {
    for (const relayed of this.open) {
      if (CLIENT_CALLS.includes(relayed.item.type)) this.cut(relayed);
      else this.done(relayed, {});
    }
  }

  /** The answer broke, so nothing of what is open is kept. */
  abandon(): void {
    for (const { slot } of this.open) slot.abandon();
    this.open.clear();
  }

  private wholeInput(relayed: RelayedItem, given: unknown): string {
    const input = nonEmptyText(given) ?? '';
    if (input.startsWith(relayed.input)) this.addInput(relayed, input.slice(relayed.input.length));
    const { id: item_id, slot, input: whole } = relayed;
    const type = 'response.custom_tool_call_input.done';
    this.sequence.emit({ type, item_id, output_index: slot.index, input: whole });
    return whole;
  }

  /** The conversation stays whole here, and nobody else opens what the backend has sealed of it. */
  private leaveOut(): void {
    if (this.hasLeftOut) return;
    this.hasLeftOut = true;
    const message = "The backend's own compaction was left out; the conversation is kept whole.";
    this.options.warnings.add('answer_field_ignored', null, message);
  }

  private cut(relayed: RelayedItem): void {
    this.open.delete(relayed);
    relayed.slot.abandon();
    this.hasCutCall = true;
    const name = nonEmptyText(relayed.item.name)?.slice(0, 100) ?? 'a tool';
    const message = `The call of '${name}' was cut and is not in the output: clients would run it.`;
    this.options.warnings.add('call_abandoned', null, message);
  }

  private claim({ id, type }: JsonRecord): string {
    const given = nonEmptyText(id);
    const isUsable = given !== undefined && ID.test(given) && !this.ids.has(given);
    const claimed = isUsable ? given : this.options.ids.next(prefixOf(type));
    this.ids.add(claimed);
    return claimed;
  }

  private weigh(value: JsonRecord): void {
    this.options.budget.weigh(JSON.stringify(value).length);
  }
}

/** Gives the beginning of an id as OpenAI has it: `ws`, `ctc`, `mcp`. */
function prefixOf(type: unknown): string {
  if (type === 'custom_tool_call') return 'ctc';
  const words = String(type)
    .split('_')
    .filter((word) => word !== 'call');
  return words.length === 1
    ? (words[0] ?? 'item').slice(0, 10)
    : words.map(([first]) => first).join('');
}

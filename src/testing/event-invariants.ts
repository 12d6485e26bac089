import { endsInsideJson } from '../responses/translator/stream/calls/ends-inside-json.js';
import type { ResponseEvent } from '../contracts/responses/events.js';
import type { OutputItem, ReasoningItem } from '../contracts/responses/items.js';
import type { ResponseResource } from '../contracts/responses/response.js';
import { responseViolations } from './response-invariants.js';

/** Holds what one output item has shown so far; it is kept apart from the product's own code on purpose. */
interface SeenItem {
  id: string;
  type: OutputItem['type'];
  done: OutputItem | undefined;
  /** Holds the deltas of each part, by `content_index` or `summary_index`; arguments and input stand under -1. */
  deltas: Map<number, string>;
  openPart: number | undefined;
  finishedParts: Set<number>;
}

const TERMINAL = ['response.completed', 'response.incomplete', 'response.failed'];

/**
 * Reads event streams independently and gives every rule that a stream breaks, in words. The rules are gap-free numbers from 0;
 * created, in_progress, …, one terminal event; items added once, in order, done once; parts opened before their deltas; deltas
 * add up to what `.done` says; the final output equals the done items.
 */
export function eventViolations(events: readonly ResponseEvent[]): string[] {
  const violations: string[] = [];
  const items = new Map<number, SeenItem>();
  const say = (index: number, text: string): void => {
    violations.push(`#${index} ${events[index]?.type ?? ''}: ${text}`);
  };

  if (events[0]?.type !== 'response.created') say(0, 'the first event is not response.created');
  if (events[1]?.type !== 'response.in_progress') say(1, 'the second event is not in_progress');
  const terminals = events.filter((event) => TERMINAL.includes(event.type));
  if (terminals.length !== 1) violations.push(`${terminals.length} terminal events`);
  if (!TERMINAL.includes(events.at(-1)?.type ?? '')) violations.push('the last is not terminal');

  events.forEach((event, index) => {
    if (event.sequence_number !== index) say(index, `sequence_number ${event.sequence_number}`);
    checkEvent(event, items, (text) => {
      say(index, text);
    });
  });
  const final = events.at(-1);
  if (final !== undefined && 'response' in final) {
    violations.push(...finalViolations(final.response, items));
  }
  return violations;
}

function checkEvent(
  event: ResponseEvent,
  items: Map<number, SeenItem>,
  say: (text: string) => void,
): void {
  if (event.type === 'response.output_item.added') {
    addItem(event.output_index, event.item, items, say);
    return;
  }
  if (!('output_index' in event)) return;
  const item = items.get(event.output_index);
  if (item === undefined) {
    say(`no item at output_index ${event.output_index}`);
    return;
  }
  if (item.done !== undefined) say('after the item was done');
  if ('command_index' in event) return;
  if (!('item_id' in event)) {
    finishItem(event.item, item, say);
    return;
  }
  if (event.item_id !== item.id) say(`item_id ${event.item_id}, expected ${item.id}`);
  checkPart(event, item, say);
}

function addItem(
  outputIndex: number,
  item: OutputItem,
  items: Map<number, SeenItem>,
  say: (text: string) => void,
): void {
  if (outputIndex !== items.size) say(`output_index ${outputIndex}, expected ${items.size}`);
  if ('status' in item && item.status !== 'in_progress') say(`added with status ${item.status}`);
  if ([...items.values()].some((other) => other.id === item.id)) say(`id ${item.id} used twice`);
  items.set(outputIndex, {
    id: item.id,
    type: item.type,
    done: undefined,
    deltas: new Map(),
    openPart: undefined,
    finishedParts: new Set(),
  });
}

function finishItem(done: OutputItem, item: SeenItem, say: (text: string) => void): void {
  if (done.id !== item.id) say(`done id ${done.id}, expected ${item.id}`);
  if ('status' in done && done.status === 'in_progress') say('done while in progress');
  if (item.openPart !== undefined) say(`part ${item.openPart} is still open`);
  item.done = done;
  const text = item.deltas.get(-1) ?? '';
  if (done.type === 'function_call' && done.arguments !== text) say('arguments != deltas');
  if (done.type === 'custom_tool_call' && done.input !== text) say('input != deltas');
  if (done.type === 'reasoning' && !readsTheSame(done)) say('content != summary');
  const parts = partsOf(done);
  if (parts.length !== item.finishedParts.size) say(`${parts.length} parts in the done item`);
  parts.forEach((part, index) => {
    if (part !== (item.deltas.get(index) ?? '')) say(`part ${index} != its deltas`);
  });
}

function partsOf(item: OutputItem): string[] {
  if (item.type === 'message') {
    return item.content.map((part) => (part.type === 'refusal' ? part.refusal : part.text));
  }
  if (item.type !== 'reasoning') return [];
  const told = item.summary.length > 0 ? item.summary : (item.content ?? []);
  return told.map((part) => part.text);
}

/** A finished reasoning item has its text as its summary or as `content`; where it has both they are the same. */
function readsTheSame({ content = [], summary }: ReasoningItem): boolean {
  const texts = content.map(({ text }) => text);
  return (
    summary.length === 0 ||
    texts.length === 0 ||
    JSON.stringify(summary.map(({ text }) => text)) === JSON.stringify(texts)
  );
}

type PartEvent = Extract<ResponseEvent, { item_id: string }>;

function checkPart(event: PartEvent, item: SeenItem, say: (text: string) => void): void {
  const part = partIndex(event);
  switch (event.type) {
    case 'response.content_part.added':
    case 'response.reasoning_summary_part.added':
      if (item.openPart !== undefined) say(`part ${item.openPart} is still open`);
      if (part !== item.finishedParts.size) say(`part ${part} out of order`);
      item.openPart = part;
      break;
    case 'response.content_part.done':
    case 'response.reasoning_summary_part.done':
      if (item.openPart !== part) say(`part ${part} is not open`);
      item.openPart = undefined;
      item.finishedParts.add(part);
      break;
    default:
      if (part >= 0 && item.openPart !== part) say(`part ${part} is not open`);
  }
  const text = item.deltas.get(part) ?? '';
  if ('delta' in event) {
    if (event.delta === '') say('empty delta');
    item.deltas.set(part, text + event.delta);
  }
  const whole = wholeText(event);
  if (whole !== undefined && whole !== text) say('its text is not the sum of the deltas');
}

function partIndex(event: PartEvent): number {
  if ('content_index' in event) return event.content_index;
  return 'summary_index' in event ? event.summary_index : -1;
}

function wholeText(event: PartEvent): string | undefined {
  switch (event.type) {
    case 'response.output_text.done':
    case 'response.reasoning_text.done':
    case 'response.reasoning_summary_text.done':
      return event.text;
    case 'response.refusal.done':
      return event.refusal;
    case 'response.function_call_arguments.done':
      return event.arguments;
    case 'response.custom_tool_call_input.done':
      return event.input;
    case 'response.content_part.done':
    case 'response.reasoning_summary_part.done':
      return event.part.type === 'refusal' ? event.part.refusal : event.part.text;
    default:
      return undefined;
  }
}

function finalViolations(response: ResponseResource, items: Map<number, SeenItem>): string[] {
  const violations = responseViolations(response);
  const expected = [...items.values()].flatMap(({ done }) => done ?? []);
  for (const { done, type } of items.values()) {
    // A cut call is abandoned, since clients would run it.
    const mayBeOpen =
      response.status === 'failed' || (response.status === 'incomplete' && type.endsWith('_call'));
    if (done?.type === 'function_call' && endsInsideJson(done.arguments)) {
      violations.push(`a function_call was done with cut arguments: ${done.arguments}`);
    }
    if (done === undefined && !mayBeOpen) violations.push(`a ${type} was never done`);
  }
  if (JSON.stringify(response.output) !== JSON.stringify(expected)) {
    violations.push('the final output is not the done items');
  }
  return violations;
}

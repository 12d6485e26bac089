import { asCount, asRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';
import { backendStreamBroken } from '../../../../common/error-table.js';
import type { RelayedItem } from '../output/relayed-items.js';

export type TrackedKind = 'message' | 'reasoning' | 'function_call' | 'other';

/** Says of one item of the backend's answer what has been told of it. */
export interface TrackedItem {
  readonly kind: TrackedKind;
  /** Counts the items from 0, in the order in which they were first heard of. */
  readonly place: number;
  isDone: boolean;
  /** Counts the characters that were told of each part, by its kind and index. */
  readonly told: Map<string, number>;
  /** The part that is being told. */
  part: string;
  annotations: number;
  /** The name of a function call has been told. */
  isNamed: boolean;
  relayed?: RelayedItem | undefined;
  /** The arguments that a call began with: all of them, or none. */
  begun?: unknown;
}

/** A backend that makes more items than this in one answer has gone wild. */
const MAX_ITEMS = 1_000;

/**
 * Finds the item that an event is about. Backends get ids and indexes wrong: an item's events have another id than the item, every
 * index is 0, or the item was never added.
 */
export class TrackedItems {
  private readonly byId = new Map<string, TrackedItem>();
  private readonly byIndex = new Map<number, TrackedItem>();
  private readonly all: TrackedItem[] = [];

  /** Tells that an item was heard of before. */
  isKnown(event: JsonRecord): boolean {
    const id = idOf(event);
    if (id !== undefined) return this.byId.has(id);
    const index = asCount(event.output_index);
    return index !== undefined && this.byIndex.has(index);
  }

  byKind(): ReadonlyMap<TrackedKind, readonly TrackedItem[]> {
    return Map.groupBy(this.all, ({ kind }) => kind);
  }

  /**
   * Finds the item of an event, or gives undefined for one that was never heard of.
   * @param byPlace says that the place counts where the id is unknown.
   */
  find(event: JsonRecord, kind: TrackedKind, byPlace = true): TrackedItem | undefined {
    const id = idOf(event);
    const known = id === undefined ? undefined : this.byId.get(id);
    if (known?.kind === kind) return known;
    if (!byPlace) return undefined;
    const index = asCount(event.output_index);
    const placed = index === undefined ? this.all.at(-1) : this.byIndex.get(index);
    return placed?.kind === kind && !placed.isDone ? placed : undefined;
  }

  /** Begins an item. @throws ApiError when there are too many of them. */
  add(event: JsonRecord, kind: TrackedKind): TrackedItem {
    if (this.all.length >= MAX_ITEMS) {
      throw backendStreamBroken(`The backend made more than ${MAX_ITEMS} items.`);
    }
    const tracked: TrackedItem = {
      kind,
      place: this.all.length,
      isDone: false,
      told: new Map(),
      part: '',
      annotations: 0,
      isNamed: false,
    };
    const id = idOf(event);
    const index = asCount(event.output_index);
    if (id !== undefined) this.byId.set(id, tracked);
    if (index !== undefined) this.byIndex.set(index, tracked);
    this.all.push(tracked);
    return tracked;
  }
}

/** No real id is longer, and they are kept until the answer ends. */
function idOf({ item_id: id, item }: JsonRecord): string | undefined {
  return (nonEmptyText(id) ?? nonEmptyText(asRecord(item)?.id))?.slice(0, 256);
}

/** Gives what is an item; without a type nobody knows what it is. */
export function itemOf(value: unknown): JsonRecord | undefined {
  const item = asRecord(value);
  return nonEmptyText(item?.type) === undefined ? undefined : item;
}

export function kindOfItem(type: unknown): TrackedKind {
  return type === 'message' || type === 'reasoning' || type === 'function_call' ? type : 'other';
}

import type { ItemStatus, OutputItem } from '../../../contracts/responses/items.js';
import { isRecord, type JsonRecord, parseJson } from '../../../common/json.js';
import type { CallWriter, UnnumberedEvent } from './tool-adapter.port.js';

type WholeCallItem = Extract<OutputItem, { id: string; status: unknown }>;

/** Writes a call whose item is made from its whole arguments, which the stream pushes before it asks for the item. */
export class WholeCallWriter<Item extends WholeCallItem> implements CallWriter {
  private callArguments = '';
  private made: Item | undefined;

  constructor(
    private readonly make: (callArguments: JsonRecord) => Item,
    private readonly details: (item: Item) => UnnumberedEvent[] = () => [],
  ) {}

  push(fragment: string): UnnumberedEvent[] {
    this.callArguments += fragment;
    return [];
  }

  /** A whole call is never incomplete. */
  item(status: ItemStatus): Item {
    this.made ??= this.make(readArguments(this.callArguments));
    return { ...this.made, status: status === 'in_progress' ? status : 'completed' };
  }

  finish(status: ItemStatus): UnnumberedEvent[] {
    return this.details(this.item(status));
  }
}

/** Models also answer with the bare value of the one argument that matters; it stands under `input`. */
function readArguments(text: string): JsonRecord {
  const parsed = parseJson(text);
  if (isRecord(parsed)) return parsed;
  return parsed === undefined ? {} : { input: parsed };
}

import type { JsonRecord } from '../../../../common/json.js';
import { wrapInput } from './custom-input.js';
import { newArguments } from './new-arguments.js';
import type { ToolCallFragment } from './read-tool-call-fragments.js';

/** This is a call as its fragments tell it. `id` and `name` may come late, or never. */
export interface AssembledCall {
  id: string | undefined;
  name: string | undefined;
  namespace?: string | undefined;
  /** Holds JSON text, so far as it has come. */
  arguments: string;
  /**
   * Tells that the text ends as an object does. To parse it with every fragment, to see whether it is whole, would be quadratic.
   */
  mayBeWhole: boolean;
  /** The backend sends plain text, of which the arguments are made. */
  isText?: boolean;
  extraContent?: JsonRecord | undefined;
  /** Tells that the last fragment took the place of a placeholder before it. */
  replaced: boolean;
}

/**
 * Joins tool-call fragments to calls: by index; without one by id; without either, the last call goes on. Calls never end here,
 * since it proves nothing that the JSON happens to parse.
 */
export class ToolCallAssembler<Call extends AssembledCall> {
  readonly calls: Call[] = [];
  private readonly byIndex = new Map<number, Call>();

  /** @param mayGrow tells whether a name is the beginning of an offered one and no offered one itself. */
  constructor(
    private readonly create: () => Call,
    private readonly mayGrow: (name: string) => boolean = () => false,
  ) {}

  /** Gives the fragment's call, and what of the fragment's arguments is new to it. */
  accept(fragment: ToolCallFragment): { call: Call; added: string } {
    const known = this.find(fragment);
    const growing = known !== undefined && this.isNextPiece(known, fragment);
    const isNew = known === undefined || (!growing && startsAnotherCall(known, fragment));
    const call = isNew ? this.add() : known;
    if (fragment.index !== undefined) this.byIndex.set(fragment.index, call);
    call.id ??= fragment.id;
    call.namespace ??= fragment.namespace;
    call.extraContent ??= fragment.extraContent;
    // The name may be repeated on every fragment; it is joined only while it is the beginning of an offered one.
    if (growing) call.name = (call.name ?? '') + (fragment.name ?? '');
    else call.name ??= fragment.name;
    if (fragment.isText === true) call.isText = true;
    const json =
      call.isText === true
        ? wrapInput(fragment.arguments, call.arguments === '')
        : fragment.arguments;
    const { added, replaces } = newArguments(call, json);
    call.replaced = replaces;
    call.arguments = replaces ? added : call.arguments + added;
    if (added.trim() !== '') call.mayBeWhole = /\}\s*$/.test(added);
    return { call, added };
  }

  private isNextPiece(call: Call, { id, name }: ToolCallFragment): boolean {
    if (name === undefined || call.name === undefined || call.arguments !== '') return false;
    if (id !== undefined && id !== call.id) return false;
    return name !== call.name && this.mayGrow(call.name);
  }

  private find(fragment: ToolCallFragment): Call | undefined {
    if (fragment.index !== undefined) return this.byIndex.get(fragment.index);
    const sameId =
      fragment.id === undefined ? undefined : this.calls.find((call) => call.id === fragment.id);
    if (sameId !== undefined) return sameId;
    // A second entry of one chunk that has a name of its own is a second call.
    if (fragment.position > 0 && fragment.name !== undefined) return undefined;
    return this.calls.at(-1);
  }

  private add(): Call {
    const call = this.create();
    this.calls.push(call);
    return call;
  }
}

/** Index 0 for every call, or no index at all: only the content tells that a new call has begun. */
function startsAnotherCall(call: AssembledCall, fragment: ToolCallFragment): boolean {
  if (fragment.name === undefined || call.name === undefined) return false;
  if (fragment.id !== undefined && call.id !== undefined && fragment.id !== call.id) return true;
  if (fragment.id !== undefined && fragment.id === call.id) return false;
  return fragment.name !== call.name || (call.mayBeWhole && isCompleteJson(call.arguments));
}

export function isCompleteJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

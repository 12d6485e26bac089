import { asArray, isRecord, type JsonRecord, nonEmptyText } from '../../common/json.js';
import type { InputItem } from '../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';

/** So many characters of a user's text tell two conversations apart. */
const SAID_CHARACTERS = 4_000;
/** A call further back than so many has lost its thought: a request may not ask for any number of them. */
const MOST_CALLS = 500;

/** Gives the keys by which thoughts are remembered. It is told the conversation, item by item. */
export class ThoughtKeys {
  private said = '';
  private isThought = false;

  /** Tells that the client gave back what the next call was thought of. */
  get hasThought(): boolean {
    return this.isThought;
  }

  note(item: JsonRecord): void {
    const isFromUser = item.role === 'user';
    if (isFromUser) this.said = textOf(item.content).slice(0, SAID_CHARACTERS);
    if (hasVisibleThought(item)) this.isThought = true;
    else if (isFromUser || item.role === 'tool' || isOutput(item)) this.isThought = false;
  }

  /**
   * The key is the call's id. Kimi and others number their calls (`functions.look_up:0`), so that every conversation of a caller has
   * the same ids: then what the user said before belongs to it, or one user's thoughts would be told in another's conversation.
   */
  of(callId: string): string {
    return JSON.stringify(isRandom(callId) ? [callId] : [callId, this.said]);
  }
}

/** Gives the keys of those calls whose thoughts have to be found, and what keys the next answer's calls will have. */
export function thoughtsToFind(
  { messages, input }: Pick<CreateResponseBody, 'messages' | 'input'>,
  history: readonly InputItem[],
  /** True where only the maker's own record is whole, so that the thought's text alone does not do. */
  isOpaque: boolean,
): { wanted: readonly string[]; next: ThoughtKeys } {
  const next = new ThoughtKeys();
  const wanted = new Set<string>();
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : (input ?? []);
  for (const item of [...(messages ?? []), ...history, ...items] as readonly unknown[]) {
    if (!isRecord(item)) continue;
    next.note(item);
    if (next.hasThought && !isOpaque) continue;
    for (const callId of callIdsOf(item)) wanted.add(next.of(callId));
  }
  return { wanted: [...wanted].slice(-MOST_CALLS), next };
}

/** Calls are items, or stand in chat messages. */
function callIdsOf({ type, id, call_id, tool_calls, encrypted_content }: JsonRecord): string[] {
  // Reasoning that came back without its seal is known by its item, where a backend sealed it.
  const isUnsealed = type === 'reasoning' && encrypted_content == null;
  const isCall = (typeof type === 'string' && type.endsWith('_call')) || isUnsealed;
  const inMessage = asArray(tool_calls).map((call) => (isRecord(call) ? call.id : undefined));
  // A call that a server ran is known by its item.
  return [isCall ? (call_id ?? id) : undefined, ...inMessage].flatMap(
    (id) => nonEmptyText(id) ?? [],
  );
}

function isOutput({ type }: JsonRecord): boolean {
  return typeof type === 'string' && type.endsWith('_output');
}

/** What is sealed may be sealed by somebody else. */
function hasVisibleThought(item: JsonRecord): boolean {
  const { type, text, summary, content, reasoning_content, reasoning } = item;
  const texts =
    type === 'reasoning'
      ? [text, textOf(summary), textOf(content)]
      : [reasoning_content, reasoning];
  return texts.some((value) => nonEmptyText(value) !== undefined);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .flatMap((part) => (isRecord(part) ? (nonEmptyText(part.text) ?? []) : []))
    .join('\n');
}

/** A part of an id that is long and has digits in it was drawn, not counted. */
function isRandom(callId: string): boolean {
  return callId
    .split(/[^A-Za-z0-9]+/)
    .some((part) => part.length >= 8 && part.replace(/\D+/g, '').length >= 2);
}

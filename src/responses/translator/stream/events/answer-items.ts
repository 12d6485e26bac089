import { asArray, asRecord, type JsonRecord } from '../../../../common/json.js';
import type { Annotation, TokenLogprob } from '../../../../contracts/responses/content.js';
import type { OutputWriter } from '../output/output-writer.js';
import { endReasoning, endText } from './end-items.js';
import { callIdentityOf, contentOf, partOf, phaseOf, sealOf, sourceOf } from './event-parts.js';
import { tellsSummary, wholeText } from './event-parts.js';
import type { RelayedItem } from '../output/relayed-items.js';
import {
  itemOf,
  kindOfItem,
  TrackedItems,
  type TrackedItem,
  type TrackedKind,
} from './tracked-items.js';

/**
 * Writes the items of a backend's answer. Texts, thoughts and function calls go through the writers of the chat answer, so that the
 * same rules hold for them; items of other tools are relayed. What deltas leave out is taken from the events that tell the whole.
 */
export class AnswerItems {
  private readonly items = new TrackedItems();
  private open: TrackedItem | undefined;

  constructor(private readonly output: OutputWriter) {}

  addItem(event: JsonRecord): void {
    const item = itemOf(event.item);
    if (item === undefined || this.items.isKnown(event)) return;
    this.begin(this.items.add(event, kindOfItem(item.type)), item);
  }

  /** Gives the item of an event, which begins with it where it was never added. */
  item(event: JsonRecord, kind: TrackedKind): TrackedItem {
    const found = this.items.find(event, kind) ?? this.items.add(event, kind);
    this.turnTo(found);
    return found;
  }

  text(
    event: JsonRecord,
    kind: 'text' | 'refusal',
    delta: unknown,
    logprobs: TokenLogprob[] = [],
  ): void {
    const item = this.item(event, 'message');
    if (item.isDone || typeof delta !== 'string') return;
    this.writePart(item, partOf(kind, event), delta, logprobs);
  }

  thought(event: JsonRecord, source: 'summary' | 'content', delta: unknown): void {
    const item = this.item(event, 'reasoning');
    if (item.isDone || typeof delta !== 'string') return;
    this.writePart(item, partOf(source, event), delta);
  }

  callArguments(item: TrackedItem, delta: unknown, source: JsonRecord): void {
    if (item.isDone) return;
    const text = typeof delta === 'string' ? delta : '';
    item.told.set('arguments', (item.told.get('arguments') ?? 0) + text.length);
    // Said once: a name behind whole arguments would be another call.
    const { id, name, namespace } = item.isNamed ? {} : callIdentityOf(source);
    item.isNamed ||= name !== undefined;
    if (text === '' && name === undefined && id === undefined) return;
    const place = { index: item.place, position: 0 };
    this.output.addCalls([{ ...place, id, name, namespace, arguments: text }]);
  }

  /** Writes what the deltas of a part left out, when an event tells the whole of it. */
  restOf(item: TrackedItem, part: string, whole: unknown, source: JsonRecord = {}): void {
    const told = item.told.get(part) ?? 0;
    const text = told === 0 ? wholeText(whole) : whole;
    if (item.isDone || typeof text !== 'string') return;
    const rest = text.slice(told);
    if (part === 'arguments') this.callArguments(item, rest, source);
    else if (rest !== '') this.writePart(item, part, rest);
  }

  annotate(item: TrackedItem, annotations: readonly unknown[]): void {
    if (item.isDone) return;
    for (const annotation of annotations) {
      const known = asRecord(annotation);
      if (typeof known?.type !== 'string') continue;
      item.annotations += 1;
      this.output.addAnnotation(known as unknown as Annotation);
    }
  }

  input(event: JsonRecord): void {
    const { relayed } = this.item(event, 'other');
    if (relayed !== undefined && typeof event.delta === 'string')
      this.output.relayed.addInput(relayed, event.delta);
  }

  endItem(event: JsonRecord): void {
    const item = itemOf(event.item);
    if (item === undefined) return;
    const kind = kindOfItem(item.type);
    const found = this.items.find(event, kind);
    if (found?.isDone === true) return;
    const tracked = found ?? this.items.add(event, kind);
    if (found === undefined || (kind === 'other' && tracked.relayed === undefined))
      this.begin(tracked, item);
    this.turnTo(tracked);
    this.finish(tracked, item);
  }

  private begin(tracked: TrackedItem, item: JsonRecord): void {
    this.turnTo(tracked);
    if (tracked.kind === 'function_call') {
      this.callArguments(tracked, '', item);
      tracked.begun = item.arguments;
    } else if (tracked.kind === 'other') tracked.relayed ??= this.output.relayed.add(item);
    else if (tracked.kind === 'message') this.output.texts.phase = phaseOf(item);
  }

  /** Another text begins, so the one before it is over, whether or not the backend says so. */
  private turnTo(item: TrackedItem): void {
    if (item === this.open || item.isDone) return;
    if (item.kind === 'function_call') return;
    const { open } = this;
    this.open = item;
    if (open !== undefined && !open.isDone && open.kind !== 'other') endText(this.output);
    if (item.kind === 'message') this.output.texts.phase = undefined;
  }

  private finish(tracked: TrackedItem, item: JsonRecord): void {
    const { output } = this;
    if (tracked.kind === 'other') {
      if (tracked.relayed !== undefined) output.relayed.done(tracked.relayed, item);
    } else if (tracked.kind === 'function_call') {
      this.restOf(tracked, 'arguments', item.arguments, item);
    } else if (tracked.kind === 'message') this.finishMessage(tracked, item);
    else this.finishReasoning(tracked, item);
    // A message that a limit cut is still open when the answer ends.
    tracked.isDone = tracked.kind !== 'message' || item.status !== 'incomplete';
  }

  private finishMessage(tracked: TrackedItem, item: JsonRecord): void {
    for (const [index, entry] of contentOf(item).entries()) {
      const part = asRecord(entry);
      const at = { content_index: index };
      if (part?.type === 'refusal') this.restOf(tracked, partOf('refusal', at), part.refusal);
      else if (part !== undefined) {
        this.restOf(tracked, partOf('text', at), part.text);
        this.annotate(tracked, asArray(part.annotations).slice(tracked.annotations));
      }
    }
    if (item.status !== 'incomplete') endText(this.output);
  }

  private finishReasoning(tracked: TrackedItem, item: JsonRecord): void {
    const summary = asArray(item.summary);
    const source = tellsSummary(tracked.told, summary);
    for (const [index, entry] of (source ? summary : asArray(item.content)).entries()) {
      const at = { summary_index: index, content_index: index };
      this.restOf(tracked, partOf(source ? 'summary' : 'content', at), asRecord(entry)?.text);
    }
    endReasoning(this.output, sealOf(item, summary));
  }

  private writePart(
    item: TrackedItem,
    part: string,
    delta: string,
    logprobs: TokenLogprob[] = [],
  ): void {
    const { output } = this;
    const source = sourceOf(part);
    if (item.kind === 'reasoning' && item.part !== '' && !item.part.startsWith(source)) return;
    const isNext = item.part !== '' && item.part !== part;
    item.part = part;
    item.told.set(part, (item.told.get(part) ?? 0) + delta.length);
    if (item.kind === 'reasoning') {
      output.addReasoning(isNext ? `\n\n${delta}` : delta);
      return;
    }
    if (isNext) {
      output.flush();
      output.texts.openMessage?.closePart();
    }
    if (source === 'refusal') output.addRefusal(delta);
    else output.addText(delta, logprobs);
  }

  /**
   * Takes what no event told from the finished response. Some backends give its items other ids than they had in the stream, so an
   * item goes by its place among those of its kind as well.
   */
  readOutput(output: readonly unknown[]): void {
    const seen = new Map<TrackedKind, number>();
    const known = this.items.byKind();
    for (const entry of output) {
      const item = itemOf(entry);
      if (item === undefined) continue;
      const kind = kindOfItem(item.type);
      const place = seen.get(kind) ?? 0;
      seen.set(kind, place + 1);
      const found = this.items.find({ item }, kind, false) ?? known.get(kind)?.[place];
      if (found?.isDone === true) continue;
      const tracked = found ?? this.items.add({ item }, kind);
      if (found === undefined || kind === 'other') this.begin(tracked, item);
      this.turnTo(tracked);
      this.finish(tracked, item);
    }
  }

  /** Calls that began with all of their arguments, of which nothing was told again, have these. */
  completeCalls(): void {
    for (const call of this.items.byKind().get('function_call') ?? []) {
      if ((call.told.get('arguments') ?? 0) === 0) this.restOf(call, 'arguments', call.begun);
    }
  }

  /** Gives the item that an event tells of where it is relayed. */
  relayed(event: JsonRecord): RelayedItem | undefined {
    return this.items.find(event, 'other')?.relayed;
  }
}

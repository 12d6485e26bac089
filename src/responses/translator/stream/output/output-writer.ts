import type { Annotation, TokenLogprob } from '../../../../contracts/responses/content.js';
import type { EventSequence } from '../sequence/event-sequence.js';
import type { OutputBudget } from '../sequence/output-budget.js';
import type { OutputItems, OutputSlot } from '../sequence/output-items.js';
import { RelayedItems } from './relayed-items.js';
import type { OutputOptions } from '../sequence/stream-options.js';
import { ContentSplitter, type ContentPart } from '../text/content-splitter.js';
import type { ToolCallFragment } from '../calls/read-tool-call-fragments.js';
import type { DoneCall, Thought } from '../../thought.js';
import { AnswerThoughts } from '../text/answer-thoughts.js';
import { TextItems } from '../text/text-items.js';
import type { TextToolCall } from '../rescue/text-call-syntax.js';
import { doneCallOf, isShown, runsHere, type StreamedCall } from '../calls/streamed-call.js';
import { ToolCallsWriter } from '../calls/tool-calls-writer.js';

/** One log probability keeps as much memory as so many characters. */
const LOGPROB_WEIGHT = 16;

/**
 * Writes the output items of one answer, in the order in which they begin. Reasoning and message follow one another, so at most
 * one of them is open; calls stay open beside it until the end.
 */
export class OutputWriter {
  readonly texts: TextItems;
  readonly calls: ToolCallsWriter;
  /** Holds the items of tools that the backend knows itself. */
  readonly relayed: RelayedItems;
  private content: ContentSplitter;
  private hasRefusal = false;
  readonly thinking: AnswerThoughts;
  private sources: readonly Annotation[] = [];
  private hasAnnotations = false;
  private readonly charactersBefore: number;

  constructor(
    sequence: EventSequence,
    private readonly options: OutputOptions,
    private readonly items: OutputItems,
    private readonly budget: OutputBudget,
  ) {
    items.beginAnswer();
    this.charactersBefore = budget.characters;
    this.content = this.newContent();
    this.thinking = new AnswerThoughts(options.dialect, options.sealReasoning);
    this.texts = new TextItems(sequence, this.items, {
      ...options,
      sealReasoning: this.thinking.sealing,
    });
    const openSlot = (): OutputSlot => this.texts.openSlot();
    this.calls = new ToolCallsWriter(sequence, options, openSlot);
    this.relayed = new RelayedItems(sequence, { ...options, openSlot, budget });
  }

  /** Adds a piece of what the model thought. */
  addReasoning(text: string): void {
    if (text !== '') this.pushParts(this.count(text).content.pushReasoning(text));
  }

  addText(text: string, logprobs: TokenLogprob[] = []): void {
    for (const { top_logprobs: others } of logprobs)
      this.budget.weigh(LOGPROB_WEIGHT * (1 + others.length));
    if (text !== '') this.pushParts(this.count(text).content.pushContent(text), logprobs);
  }

  addAnnotation(annotation: Annotation): void {
    this.hasAnnotations = true;
    this.budget.weigh(JSON.stringify(annotation).length);
    this.texts.message().pushAnnotation(annotation);
  }

  /** Counts what is kept beside the text. */
  weigh(characters: number): void {
    this.budget.weigh(characters);
  }

  /** Notes the sources of the whole answer; the last list that the backend told counts. */
  noteSources(sources: readonly Annotation[]): void {
    this.sources = sources;
  }

  /** Gives out what was held back: it may have been the beginning of a tag or of a call. */
  flush(): void {
    this.pushParts(this.content.end());
    this.content = this.newContent();
  }

  /** Gives out what was held back, and tells whether the answer is empty: at most reasoning and white space. */
  settleEmpty(): boolean {
    this.flush();
    return !this.texts.hasMessage && !this.calls.hasAllowed && !this.relayed.hasAny;
  }

  /** Begins anew, as a second answer to the same request follows; the reasoning of the first one stays. */
  restart(): void {
    this.texts.closeOpen('completed');
    this.texts.dropLeadingSpace();
  }

  /**
   * Ends every item but those of calls that are run here. When the token limit cut the answer, the last item that was open
   * is incomplete.
   */
  close(cut: boolean): void {
    this.pushParts(this.content.end());
    this.annotateSources();
    const { texts, calls } = this;
    // A call that is not shown yet would come after everything that is, so then the limit cut nothing of the text.
    texts.closeOpen(cut && !calls.hasHeld && texts.isLastOpen ? 'incomplete' : 'completed');
    calls.close(cut);
    this.relayed.close();
    const late = this.thinking.sealLate(this.doneCalls);
    if (late !== undefined) texts.addSealedReasoning(late);
    texts.closeLeadingSpace(cut || this.hasCutCall);
  }

  /** Ends after a failure: text is kept as incomplete, calls are left out. */
  abandon(): void {
    this.texts.closeOpen('incomplete');
    this.calls.abandon();
    this.relayed.abandon();
  }

  /** Tells that a call broke off, whatever the backend said of the end. */
  get hasCutCall(): boolean {
    return this.calls.hasCutCall || this.relayed.hasCutCall;
  }

  /** Tells that the client has calls to answer, so that the response ends behind those that are run here. */
  get awaitsClient(): boolean {
    const isForClient = (call: StreamedCall): boolean => isShown(call) && !runsHere(call);
    return this.relayed.hasClientCalls || this.calls.all.some(isForClient);
  }

  /** Says what the calls of this answer were thought of, by call id. */
  get thoughts(): ReadonlyMap<string, Thought> {
    return this.thinking.of(this.doneCalls);
  }

  private get doneCalls(): DoneCall[] {
    return this.calls.all.filter(isShown).flatMap(doneCallOf);
  }

  /** Tells that something of the answer has come. */
  get hasBegun(): boolean {
    const hasItems = this.calls.all.length > 0 || this.relayed.hasAny;
    return this.budget.characters > this.charactersBefore || hasItems;
  }

  /** Sources without a place in the text stand at its beginning; annotations of the text itself say more. */
  private annotateSources(): void {
    const message = this.texts.openMessage;
    if (message === undefined || this.hasAnnotations) return;
    for (const annotation of this.sources) message.pushAnnotation(annotation);
  }

  private pushParts(parts: readonly ContentPart[], logprobs: TokenLogprob[] = []): void {
    for (const part of parts) {
      switch (part.kind) {
        case 'text':
          this.texts.pushText(part.text, logprobs);
          break;
        case 'reasoning':
          this.thinking.addText(part.text);
          this.texts.pushReasoning(part.text);
          break;
        case 'call':
          this.pushRescued(part.call);
          break;
        case 'cut':
          this.calls.noteCut();
          break;
        case 'unknown':
          this.calls.noteUnknown(part.name);
          break;
      }
    }
  }

  private pushRescued(call: TextToolCall): void {
    const message = `A call of '${call.name}' that the model wrote as text was made a call.`;
    this.options.warnings.add('tool_call_rescued', null, message);
    // It takes another place than the first, so it never goes on with the call before it.
    this.calls.push([{ ...call, index: undefined, id: undefined, position: 1 }]);
  }

  addRefusal(refusal: string): void {
    if (this.options.refusalsAsText !== true) {
      this.count(refusal).texts.message().pushRefusal(refusal);
      return;
    }
    if (!this.hasRefusal) {
      const message = 'A refusal was sent as text: this client drops messages with a refusal.';
      this.options.warnings.add('content_part_mapped', null, message);
    }
    this.hasRefusal = true;
    this.count(refusal).texts.pushText(refusal, []);
  }

  addCalls(fragments: readonly ToolCallFragment[]): void {
    for (const fragment of fragments) this.count(fragment.arguments);
    this.calls.push(fragments);
  }

  private newContent(): ContentSplitter {
    return new ContentSplitter(this.options.dialect, this.options.offeredTools ?? new Map());
  }

  /** Counts what is said, as the answer may be so long and no longer. */
  count(text: string): this {
    this.budget.count(text);
    return this;
  }
}

import type { Annotation, TokenLogprob } from '../../../contracts/responses/content.js';
import type { EventSequence } from './event-sequence.js';
import type { OutputBudget } from './output-budget.js';
import type { OutputItems } from './output-items.js';
import type { OutputOptions } from './stream-options.js';
import { ContentSplitter, type ContentPart } from './text/content-splitter.js';
import { convertAnnotations } from './chunk/convert-annotations.js';
import { UnreadFields } from './chunk/unread-fields.js';
import { readLogprobs } from './chunk/convert-logprobs.js';
import { deltaReasoning, deltaText, type ChunkContent } from './chunk/read-chunk.js';
import { readToolCallFragments, type ToolCallFragment } from './calls/read-tool-call-fragments.js';
import { nonEmptyText } from '../../../common/json.js';
import { readImages, type GeneratedImage } from './text/generated-images.js';
import type { DoneCall, Thought } from '../thought.js';
import { AnswerThoughts } from './text/answer-thoughts.js';
import { ReasoningDeltas } from './text/reasoning-deltas.js';
import { TextItems } from './text/text-items.js';
import type { TextToolCall } from './rescue/text-call-syntax.js';
import { doneCallOf, isShown } from './calls/streamed-call.js';
import { ToolCallsWriter } from './calls/tool-calls-writer.js';

/** One log probability keeps as much memory as so many characters. */
const LOGPROB_WEIGHT = 16;

/**
 * Writes the output items of one answer, in the order in which they begin. Reasoning and message follow one another, so at most
 * one of them is open; calls stay open beside it until the end.
 */
export class OutputWriter {
  readonly texts: TextItems;
  readonly calls: ToolCallsWriter;
  private content: ContentSplitter;
  private hasRefusal = false;
  private readonly reasoning = new ReasoningDeltas();
  private readonly unread: UnreadFields;
  private readonly answerThoughts: AnswerThoughts;
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
    this.unread = new UnreadFields(options.warnings);
    this.content = this.newContent();
    this.answerThoughts = new AnswerThoughts(options.dialect, options.sealReasoning);
    this.texts = new TextItems(sequence, this.items, {
      ...options,
      sealReasoning: this.answerThoughts.sealing,
    });
    this.calls = new ToolCallsWriter(sequence, options, () => this.texts.openSlot());
  }

  push({ choice, delta }: ChunkContent): void {
    this.unread.look(delta);
    const reasoning = this.reasoning.newText(
      deltaReasoning(delta, this.options.dialect.reasoningFields),
    );
    if (delta.reasoning_details != null)
      this.budget.weigh(this.answerThoughts.addDetails(delta.reasoning_details));
    if (reasoning !== '') this.pushParts(this.count(reasoning).content.pushReasoning(reasoning));

    const text = deltaText(delta);
    const logprobs = choice.logprobs == null ? [] : readLogprobs(choice.logprobs);
    for (const { top_logprobs: others } of logprobs)
      this.budget.weigh(LOGPROB_WEIGHT * (1 + others.length));
    if (text !== '') this.pushParts(this.count(text).content.pushContent(text), logprobs);

    const refusal = nonEmptyText(delta.refusal);
    if (refusal !== undefined) this.pushRefusal(refusal);

    if (delta.annotations != null) {
      for (const annotation of convertAnnotations(delta.annotations)) {
        this.hasAnnotations = true;
        this.budget.weigh(annotation.url.length + annotation.title.length);
        this.texts.message().pushAnnotation(annotation);
      }
    }
    if (delta.images != null) for (const image of readImages(delta)) this.pushImage(image);
    if (delta.tool_calls != null || delta.function_call != null) {
      this.pushCalls(readToolCallFragments(delta));
    }
  }

  /** Notes the sources of the whole answer; the last list that the backend told counts. */
  noteSources(sources: readonly Annotation[]): void {
    this.sources = sources;
  }

  /** Gives out what was held back, and tells whether the answer is empty: at most reasoning and white space. */
  settleEmpty(): boolean {
    this.pushParts(this.content.end());
    this.content = this.newContent();
    return !this.texts.hasMessage && !this.calls.hasAllowed;
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
    const late = this.answerThoughts.sealLate(this.doneCalls);
    if (late !== undefined) texts.addSealedReasoning(late);
    texts.closeLeadingSpace(cut || calls.hasCutCall);
  }

  /** Ends after a failure: text is kept as incomplete, calls are left out. */
  abandon(): void {
    this.texts.closeOpen('incomplete');
    this.calls.abandon();
  }

  /** Says what the calls of this answer were thought of, by call id. */
  get thoughts(): ReadonlyMap<string, Thought> {
    return this.answerThoughts.of(this.doneCalls);
  }

  private get doneCalls(): DoneCall[] {
    return this.calls.all.filter(isShown).flatMap(doneCallOf);
  }

  /** Tells that something of the answer has come. */
  get hasBegun(): boolean {
    return this.budget.characters > this.charactersBefore || this.calls.all.length > 0;
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
          this.answerThoughts.addText(part.text);
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

  /** An image is an item of its own; one that is elsewhere is a link in the text. */
  private pushImage(image: GeneratedImage): void {
    if ('url' in image) {
      const link = `\n![image](${image.url})\n`;
      this.count(link).texts.pushText(link, []);
      return;
    }
    this.budget.weigh(image.base64.length);
    this.texts.addImage(image.base64);
  }

  private pushRefusal(refusal: string): void {
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

  private pushCalls(fragments: ToolCallFragment[]): void {
    for (const fragment of fragments) this.count(fragment.arguments);
    this.calls.push(fragments);
  }

  private newContent(): ContentSplitter {
    return new ContentSplitter(this.options.dialect, this.options.offeredTools ?? new Map());
  }

  private count(text: string): this {
    this.budget.count(text);
    return this;
  }
}

import { backendStreamBroken } from '../../../common/error-table.js';
import type { IdGenerator } from '../../../common/id-generator.js';
import type { TokenLogprob } from '../../../contracts/responses/content.js';
import type { ItemStatus, OutputItem } from '../../../contracts/responses/items.js';
import type { BackendDialect } from '../dialect.js';
import type { WarningCollector } from '../warning.js';
import { convertAnnotations } from './convert-annotations.js';
import { convertLogprobs } from './convert-logprobs.js';
import type { EventSequence } from './event-sequence.js';
import { MessageWriter } from './message-writer.js';
import { readReasoning, readText, type ChunkContent } from './read-chunk.js';
import { readToolCallFragments, type ToolCallFragment } from './read-tool-call-fragments.js';
import { asText } from './read-values.js';
import { ReasoningWriter, type ReasoningFormat } from './reasoning-writer.js';
import { ThinkTagSplitter } from './think-tag-splitter.js';
import { ToolCallsWriter, type ToolCallsContext } from './tool-calls-writer.js';

export interface OutputWriterContext extends Omit<ToolCallsContext, 'claimOutputIndex'> {
  sequence: EventSequence;
  dialect: BackendDialect;
  ids: IdGenerator;
  warnings: WarningCollector;
  reasoningFormat: ReasoningFormat;
  sealReasoning?: ((reasoning: string) => string) | undefined;
  /** Characters of text, reasoning and arguments that one answer may have. */
  maxOutputCharacters: number;
}

type TextItem =
  | { kind: 'message'; outputIndex: number; writer: MessageWriter }
  | { kind: 'reasoning'; outputIndex: number; writer: ReasoningWriter };

/**
 * The output items of one answer, in the order in which they begin. Reasoning and message follow one another, so at
 * most one of them is open; calls stay open beside it until the end.
 */
export class OutputWriter {
  /** Closed items at their output index. */
  private readonly items: OutputItem[] = [];
  private nextIndex = 0;
  private open: TextItem | undefined;
  private readonly calls: ToolCallsWriter;
  private readonly thinkTags: ThinkTagSplitter | undefined;
  /** White space before the first visible text: alone it would make an empty message beside a call. */
  private leadingSpace = '';
  private leadingLogprobs: TokenLogprob[] = [];
  private characters = 0;

  constructor(private readonly context: OutputWriterContext) {
    this.thinkTags = context.dialect.thinkTags ? new ThinkTagSplitter() : undefined;
    this.calls = new ToolCallsWriter(context.sequence, {
      ...context,
      claimOutputIndex: () => {
        this.closeOpen('completed');
        return this.nextIndex++;
      },
    });
  }

  push({ choice, delta }: ChunkContent): void {
    const reasoning = readReasoning(delta, this.context.dialect.reasoningFields);
    if (reasoning !== '') this.pushReasoning(reasoning);

    const text = readText(delta);
    const logprobs = choice.logprobs == null ? [] : convertLogprobs(choice.logprobs);
    if (text !== '') this.pushContent(text, logprobs);

    const refusal = asText(delta.refusal);
    if (refusal !== undefined) this.count(refusal).message().pushRefusal(refusal);

    if (delta.annotations != null) {
      for (const annotation of convertAnnotations(delta.annotations)) {
        this.message().pushAnnotation(annotation);
      }
    }
    if (delta.tool_calls != null || delta.function_call != null) {
      this.pushCalls(readToolCallFragments(delta));
    }
  }

  /** Ends every item. When the token limit cut the answer, the last item that was open is incomplete. */
  close(cut: boolean): OutputItem[] {
    for (const part of this.thinkTags?.end() ?? []) this.pushSplit(part.kind, part.text, []);
    const lastOpen = Math.max(this.open?.outputIndex ?? -1, this.calls.lastOutputIndex);
    const textIsCut = cut && this.open?.outputIndex === lastOpen;
    this.closeOpen(textIsCut ? 'incomplete' : 'completed');
    for (const { outputIndex, item } of this.calls.close(cut ? lastOpen : undefined)) {
      this.items[outputIndex] = item;
    }
    this.closeLeadingSpace(cut);
    return this.items;
  }

  /** Ends after a failure: text is kept as incomplete, calls are left out. */
  abandon(): OutputItem[] {
    this.closeOpen('incomplete');
    return this.items.filter((item) => item !== (undefined as unknown));
  }

  private pushReasoning(delta: string): void {
    this.count(delta);
    if (this.open?.kind !== 'reasoning') {
      this.closeOpen('completed');
      const outputIndex = this.nextIndex++;
      const writer = new ReasoningWriter(this.context.sequence, {
        itemId: this.context.ids.next('rs'),
        outputIndex,
        format: this.context.reasoningFormat,
        seal: this.context.sealReasoning,
      });
      this.open = { kind: 'reasoning', outputIndex, writer };
    }
    this.open.writer.push(delta);
  }

  private pushContent(text: string, logprobs: TokenLogprob[]): void {
    if (this.thinkTags === undefined) {
      this.pushText(text, logprobs);
      return;
    }
    for (const part of this.thinkTags.push(text)) this.pushSplit(part.kind, part.text, logprobs);
  }

  private pushSplit(kind: 'text' | 'reasoning', text: string, logprobs: TokenLogprob[]): void {
    if (kind === 'reasoning') this.pushReasoning(text);
    else this.pushText(text, logprobs);
  }

  private pushText(text: string, logprobs: TokenLogprob[]): void {
    this.count(text);
    if (this.open?.kind === 'message') {
      this.open.writer.pushText(text, logprobs);
      return;
    }
    this.leadingSpace += text;
    if (logprobs.length > 0) this.leadingLogprobs.push(...logprobs);
    if (/\S/.test(text)) this.message();
  }

  private pushCalls(fragments: ToolCallFragment[]): void {
    for (const fragment of fragments) this.count(fragment.arguments);
    this.calls.push(fragments);
  }

  /** The open message, with the white space that was held for it. */
  private message(): MessageWriter {
    if (this.open?.kind !== 'message') {
      this.closeOpen('completed');
      const outputIndex = this.nextIndex++;
      const id = this.context.ids.next('msg');
      const writer = new MessageWriter(this.context.sequence, id, outputIndex);
      this.open = { kind: 'message', outputIndex, writer };
      if (this.leadingSpace !== '') writer.pushText(this.leadingSpace, this.leadingLogprobs);
      this.leadingSpace = '';
      this.leadingLogprobs = [];
    }
    return this.open.writer;
  }

  /** An answer of nothing but white space, or of nothing at all, is still a message; beside other items it is dropped. */
  private closeLeadingSpace(cut: boolean): void {
    const hasMessageOrCall = this.items.some((item) => item.type !== 'reasoning');
    if (!hasMessageOrCall && (this.leadingSpace !== '' || this.items.length === 0)) {
      this.message().openText();
      this.closeOpen(cut ? 'incomplete' : 'completed');
    } else if (this.leadingSpace !== '') {
      const message = 'White space before a tool call was left out.';
      this.context.warnings.add('whitespace_dropped', null, message);
    }
  }

  private closeOpen(status: ItemStatus): void {
    if (this.open === undefined) return;
    this.items[this.open.outputIndex] = this.open.writer.close(status);
    this.open = undefined;
  }

  private count(text: string): this {
    this.characters += text.length;
    if (this.characters > this.context.maxOutputCharacters) {
      const limit = this.context.maxOutputCharacters;
      throw backendStreamBroken(`The answer is longer than ${limit} characters.`);
    }
    return this;
  }
}

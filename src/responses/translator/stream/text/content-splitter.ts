import type { BackendDialect } from '../../dialect/dialect.js';
import { jsonCallOf, offeredName, type OfferedTools } from '../rescue/text-call-syntax.js';
import { TextToolCallSplitter, type ProseOrCall } from '../rescue/text-tool-call-splitter.js';
import { HarmonySplitter, type HarmonyPart } from './harmony-splitter.js';
import { ThinkTagSplitter, type SplitText } from './think-tag-splitter.js';

export type ContentPart =
  { kind: 'text' | 'reasoning'; text: string } | Exclude<ProseOrCall, { kind: 'prose' }>;

/** Tells apart what a backend sends as content or reasoning: text, reasoning, and calls that were written as text. */
export class ContentSplitter {
  private readonly thinkTags: ThinkTagSplitter | undefined;
  private readonly channels = new HarmonySplitter();
  private readonly rescue: boolean;
  /** Looks for calls in the present run of text or reasoning. */
  private calls: { kind: 'text' | 'reasoning'; splitter: TextToolCallSplitter } | undefined;
  private hasReasoningField = false;

  constructor(
    { thinkTags, toolCallRescue }: BackendDialect,
    private readonly offered: OfferedTools,
  ) {
    this.thinkTags = thinkTags === 'off' ? undefined : new ThinkTagSplitter(thinkTags);
    this.rescue = toolCallRescue;
  }

  /** Reads reasoning that came in a field of its own. */
  pushReasoning(text: string): ContentPart[] {
    this.hasReasoningField = true;
    this.thinkTags?.closeUnopened();
    return this.split('reasoning', text);
  }

  pushContent(text: string): ContentPart[] {
    if (this.thinkTags === undefined) return this.split('text', text);
    // Most chunks are plain text behind all that could be a mark.
    if (this.channels.isPlain && this.thinkTags.isPlain) return this.split('text', text);
    return this.channels.push(text).flatMap((part) => this.readChannel(part));
  }

  /** Gives out what was held back. */
  end(): ContentPart[] {
    const parts = this.channels.end().flatMap((part) => this.readChannel(part));
    const tagged = this.thinkTags?.end() ?? [];
    return [...parts, ...tagged.flatMap((part) => this.readTagged(part)), ...this.endCalls()];
  }

  private readChannel(part: HarmonyPart): ContentPart[] {
    switch (part.kind) {
      case 'plain':
        return this.thinkTags?.push(part.text).flatMap((tagged) => this.readTagged(tagged)) ?? [];
      case 'addressed':
        return [this.readAddressed(part.recipient, part.body)];
      case 'text':
      case 'reasoning':
        return [part];
    }
  }

  /** Some backends tell their reasoning twice, in a field and in tags (can1357/oh-my-pi#2434, June 2026). */
  private readTagged({ kind, text }: SplitText): ContentPart[] {
    return kind === 'reasoning' && this.hasReasoningField ? [] : this.split(kind, text);
  }

  private readAddressed(recipient: string, body: string): ContentPart {
    const name = offeredName(recipient, this.offered);
    if (name === undefined) return { kind: 'unknown', name: recipient };
    const call = jsonCallOf(name, body);
    return call === undefined || body === '' ? { kind: 'cut' } : { kind: 'call', call };
  }

  private split(kind: 'text' | 'reasoning', text: string): ContentPart[] {
    if (!this.rescue) return [{ kind, text }];
    const before = this.calls?.kind === kind ? [] : this.endCalls();
    this.calls ??= { kind, splitter: new TextToolCallSplitter(this.offered) };
    return [...before, ...this.calls.splitter.push(text).map((part) => toPart(kind, part))];
  }

  private endCalls(): ContentPart[] {
    const calls = this.calls;
    this.calls = undefined;
    return calls?.splitter.end().map((part) => toPart(calls.kind, part)) ?? [];
  }
}

function toPart(kind: 'text' | 'reasoning', part: ProseOrCall): ContentPart {
  return part.kind === 'prose' ? { kind, text: part.text } : part;
}

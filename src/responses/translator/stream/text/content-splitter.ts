import type { BackendDialect } from '../../dialect.js';
import type { OfferedTools, TextToolCall } from '../rescue/text-tool-call-parser.js';
import { TextToolCallSplitter, type ProseOrCall } from '../rescue/text-tool-call-splitter.js';
import { ThinkTagSplitter } from './think-tag-splitter.js';

export type ContentPart =
  { kind: 'text' | 'reasoning'; text: string } | { kind: 'call'; call: TextToolCall };

/** What a backend sends as content or reasoning -> what it is: text, reasoning, and calls that were written as text. */
export class ContentSplitter {
  private readonly thinkTags: ThinkTagSplitter | undefined;
  private readonly tools: OfferedTools | undefined;
  /** Looks for calls in the present run of text or reasoning. */
  private calls: { kind: 'text' | 'reasoning'; splitter: TextToolCallSplitter } | undefined;

  constructor({ thinkTags, toolCallRescue }: BackendDialect, offered: OfferedTools) {
    this.thinkTags = thinkTags === 'off' ? undefined : new ThinkTagSplitter(thinkTags);
    this.tools = toolCallRescue && offered.size > 0 ? offered : undefined;
  }

  /** Reasoning that came in a field of its own. */
  pushReasoning(text: string): ContentPart[] {
    this.thinkTags?.disarm();
    return this.split('reasoning', text);
  }

  pushContent(text: string): ContentPart[] {
    if (this.thinkTags === undefined) return this.split('text', text);
    return this.thinkTags.push(text).flatMap((part) => this.split(part.kind, part.text));
  }

  /** What was held back. */
  end(): ContentPart[] {
    const parts = (this.thinkTags?.end() ?? []).flatMap(({ kind, text }) => this.split(kind, text));
    return [...parts, ...this.endCalls()];
  }

  private split(kind: 'text' | 'reasoning', text: string): ContentPart[] {
    if (this.tools === undefined) return [{ kind, text }];
    const before = this.calls?.kind === kind ? [] : this.endCalls();
    this.calls ??= { kind, splitter: new TextToolCallSplitter(this.tools) };
    return [...before, ...this.calls.splitter.push(text).map((part) => toPart(kind, part))];
  }

  private endCalls(): ContentPart[] {
    const calls = this.calls;
    this.calls = undefined;
    return calls?.splitter.end().map((part) => toPart(calls.kind, part)) ?? [];
  }
}

function toPart(kind: 'text' | 'reasoning', part: ProseOrCall): ContentPart {
  return part.kind === 'call' ? part : { kind, text: part.text };
}

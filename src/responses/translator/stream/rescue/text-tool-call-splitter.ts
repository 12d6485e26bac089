import { CodeSpans } from './text-tool-code-spans.js';
import {
  FUNCTION_CLOSE,
  FUNCTION_OPEN,
  parseTextToolCall,
  TOOL_CALL_CLOSE,
  TOOL_CALL_OPEN,
  type OfferedTools,
  type Parsed,
  type TextToolCall,
} from './text-tool-call-parser.js';
import { lengthOfCutTag } from '../text/think-tag-splitter.js';

export type ProseOrCall = { kind: 'prose'; text: string } | { kind: 'call'; call: TextToolCall };

/** A call longer than this, or tried this often, is none; then nothing more is looked for: it would cost too much. */
const limits = { characters: 1024 * 1024, attempts: 64 };
/** The head of a call is judged at once, so that prose with a tag in it is not held back. */
const headCharacters = 256;

/**
 * Finds the tool calls that a model wrote as text because its server lacks the right parser, while the
 * text streams and wherever it is cut. Only whole calls of offered tools, outside of code, are calls; all else is prose.
 */
export class TextToolCallSplitter {
  private state: 'prose' | 'call' | 'behind-call' | 'off' = 'prose';
  /** Prose that may be the beginning of a tag. */
  private held = '';
  /** The text of what may become a call; joined only when it may be whole, as it can be long. */
  private fragments: string[] = [];
  private size = 0;
  private attempts = 0;
  private tail = '';
  private readonly code = new CodeSpans();

  constructor(private readonly tools: OfferedTools) {}

  push(fragment: string): ProseOrCall[] {
    const parts: ProseOrCall[] = [];
    let rest: string | undefined = fragment;
    while (rest !== undefined && rest !== '') rest = this.read(rest, parts);
    return parts;
  }

  /** The text is over: a call may lack its last tag, and what was held back is prose. */
  end(): ProseOrCall[] {
    const parts: ProseOrCall[] = [];
    if (this.state === 'call') {
      const text = this.takeCall();
      const parsed = parseTextToolCall(text.trimEnd(), this.tools, true);
      if (typeof parsed === 'string') this.prose(text, parts);
      else parts.push({ kind: 'call', call: parsed.call });
    }
    if (this.held.trim() !== '' || this.state !== 'behind-call') this.prose(this.held, parts);
    this.held = '';
    return parts;
  }

  /** Reads the text in the present state, and gives back what another state has to read. */
  private read(text: string, parts: ProseOrCall[]): string | undefined {
    switch (this.state) {
      case 'prose':
        return this.readProse(text, parts);
      case 'call':
        return this.readCall(text, parts);
      case 'behind-call':
        return this.readBehindCall(text);
      case 'off':
        this.prose(text, parts);
        return undefined;
    }
  }

  private readProse(fragment: string, parts: ProseOrCall[]): string | undefined {
    const text = this.held + fragment;
    this.held = '';
    let done = 0;
    for (let at = nextOpening(text, 0); at >= 0; at = nextOpening(text, at + 1)) {
      this.code.read(text.slice(done, at));
      done = at;
      if (this.code.inside) continue;
      if (at > 0) parts.push({ kind: 'prose', text: text.slice(0, at) });
      this.state = 'call';
      return text.slice(at);
    }
    const cut = Math.max(lengthOfCutTag(text, TOOL_CALL_OPEN), lengthOfCutTag(text, FUNCTION_OPEN));
    const end = text.length - cut;
    this.code.read(text.slice(done, end));
    if (end > 0) parts.push({ kind: 'prose', text: text.slice(0, end) });
    this.held = text.slice(end);
    return undefined;
  }

  private readCall(fragment: string, parts: ProseOrCall[]): string | undefined {
    const isNew = this.size === 0;
    this.fragments.push(fragment);
    this.size += fragment.length;
    const recent = this.tail + fragment;
    this.tail = recent.slice(-(TOOL_CALL_CLOSE.length - 1));
    const mayEnd = recent.includes(FUNCTION_CLOSE) || recent.includes(TOOL_CALL_CLOSE);
    if (!isNew && !mayEnd && this.size - fragment.length > headCharacters) {
      this.bound(parts);
      return undefined;
    }
    const text = this.fragments.join('');
    const parsed: Parsed = parseTextToolCall(text, this.tools, false);
    if (parsed === 'more') {
      if (mayEnd) this.attempts++;
      this.bound(parts);
      return undefined;
    }
    this.takeCall();
    if (parsed === 'none') {
      // The tag is prose, but another one may stand behind it.
      this.state = 'prose';
      this.prose('<', parts);
      return text.slice(1);
    }
    this.state = 'behind-call';
    parts.push({ kind: 'call', call: parsed.call });
    return text.slice(parsed.length);
  }

  /** Some models close `<tool_call>` although they never opened it. */
  private readBehindCall(fragment: string): string | undefined {
    const text = this.held + fragment;
    const trimmed = text.trimStart();
    if (trimmed.length < TOOL_CALL_CLOSE.length && TOOL_CALL_CLOSE.startsWith(trimmed)) {
      this.held = text;
      return undefined;
    }
    this.held = '';
    this.state = 'prose';
    return trimmed.startsWith(TOOL_CALL_CLOSE) ? trimmed.slice(TOOL_CALL_CLOSE.length) : text;
  }

  private bound(parts: ProseOrCall[]): void {
    if (this.size <= limits.characters && this.attempts <= limits.attempts) return;
    this.state = 'off';
    this.prose(this.takeCall(), parts);
  }

  private takeCall(): string {
    const text = this.fragments.join('');
    this.fragments = [];
    this.size = 0;
    this.attempts = 0;
    this.tail = '';
    return text;
  }

  private prose(text: string, parts: ProseOrCall[]): void {
    this.code.read(text);
    if (text !== '') parts.push({ kind: 'prose', text });
  }
}

function nextOpening(text: string, start: number): number {
  const toolCall = text.indexOf(TOOL_CALL_OPEN, start);
  const functionTag = text.indexOf(FUNCTION_OPEN, start);
  if (toolCall < 0 || functionTag < 0) return Math.max(toolCall, functionTag);
  return Math.min(toolCall, functionTag);
}

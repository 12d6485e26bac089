import { CallBuffer } from './call-buffer.js';
import { CodeSpans } from './code-spans.js';
import { findOpening, lengthOfCutOpening } from './opening-finder.js';
import {
  isCutToken,
  type OfferedTools,
  type Parsed,
  type TextCallSyntax,
  type TextToolCall,
} from './text-call-syntax.js';

export type ProseOrCall =
  | { kind: 'prose'; text: string }
  | { kind: 'call'; call: TextToolCall }
  /** A call broke off. */
  | { kind: 'cut' }
  /** A whole call names a tool that was not offered. */
  | { kind: 'unknown'; name: string };

/** A longer call is none, and nothing more is looked for, so that the memory of one answer is bounded. */
const LONGEST_CALL = 1024 * 1024;
/** So many characters may be read for each that came: whatever a backend sends, the time stays in proportion to it. */
const WORK = { factor: 64, free: 1024 * 1024 };

/**
 * Finds the tool calls that a model wrote as text because its server lacks the right parser, while the text streams and wherever
 * it is cut. Only whole calls of offered tools, outside of code, are calls. A call that broke off is reported and not shown. All
 * else is prose.
 */
export class TextToolCallSplitter {
  private state: 'prose' | 'call' | 'behind-call' | 'off' = 'prose';
  /** Holds prose that may be the beginning of a sign, or white space and marks behind a call. */
  private held = '';
  private readonly call = new CallBuffer();
  private syntaxes: readonly TextCallSyntax[] = [];
  private isStart = true;
  private received = 0;
  private work = 0;
  private readonly code = new CodeSpans();

  constructor(private readonly tools: OfferedTools) {}

  push(fragment: string): ProseOrCall[] {
    this.received += fragment.length;
    return this.readAll(fragment);
  }

  private readAll(fragment: string): ProseOrCall[] {
    const parts: ProseOrCall[] = [];
    let rest: string | undefined = fragment;
    while (rest !== undefined && rest !== '') rest = this.read(rest, parts);
    return parts;
  }

  /** Ends the text: a call may lack its last mark, and what was held back is prose. */
  end(): ProseOrCall[] {
    const parts: ProseOrCall[] = [];
    while (this.state === 'call') {
      const text = this.call.take();
      if (this.isOverworked) {
        this.prose(text, parts);
        break;
      }
      const parsed = this.parse(text.trimEnd(), true);
      const rest = this.accept(parsed, text, true, parts);
      parts.push(...this.readAll(rest));
    }
    if (this.state !== 'behind-call') this.prose(this.held, parts);
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
    const cut = lengthOfCutOpening(text, this.isStart);
    // A cut sign that is the whole text may be a longer one than what could begin here.
    const from = text.trimStart().length === cut ? text.length : 0;
    let done = 0;
    for (
      let found = from === 0 ? findOpening(text, 0, this.isStart) : undefined;
      found !== undefined;
      found = findOpening(text, found.at + 1, false)
    ) {
      this.code.read(text.slice(done, found.at));
      done = found.at;
      if (this.code.inside) continue;
      this.emit(text.slice(0, found.at), parts);
      this.state = 'call';
      this.syntaxes = found.syntaxes;
      return text.slice(found.at);
    }
    const end = text.length - cut;
    this.code.read(text.slice(done, end));
    this.emit(text.slice(0, end), parts);
    this.held = text.slice(end);
    return undefined;
  }

  private readCall(fragment: string, parts: ProseOrCall[]): string | undefined {
    const ends = this.syntaxes.flatMap((syntax) => syntax.ends);
    const text = this.call.add(fragment, ends);
    if (this.call.size > LONGEST_CALL || this.isOverworked) {
      this.state = 'off';
      this.prose(this.call.take(), parts);
      return undefined;
    }
    if (text === undefined) return undefined;
    const parsed = this.parse(text, false);
    if (parsed !== 'more' && parsed !== 'begun') {
      this.call.take();
      return this.accept(parsed, text, false, parts);
    }
    return undefined;
  }

  /** The first syntax that sees a call in the text has it. */
  private parse(text: string, atEnd: boolean): Parsed {
    this.work += text.length;
    const seen = this.syntaxes.map((syntax) => ({
      syntax,
      parsed: syntax.parse(text, this.tools, atEnd),
    }));
    const possible = seen.filter(({ parsed }) => parsed !== 'none');
    if (possible.length > 0) this.syntaxes = possible.map(({ syntax }) => syntax);
    const whole = possible.find(({ parsed }) => typeof parsed === 'object');
    if (whole !== undefined) this.syntaxes = [whole.syntax];
    return (
      (whole ?? possible.find(({ parsed }) => parsed === 'begun') ?? possible[0])?.parsed ?? 'none'
    );
  }

  /** Gives out what was found, and gives back what stands behind it. */
  private accept(parsed: Parsed, text: string, atEnd: boolean, parts: ProseOrCall[]): string {
    if (typeof parsed === 'object') {
      for (const call of parsed.calls) parts.push({ kind: 'call', call });
      if (parsed.unknown !== undefined) parts.push({ kind: 'unknown', name: parsed.unknown });
      if (parsed.broken === true) parts.push({ kind: 'cut' });
      this.state = 'behind-call';
      this.isStart = false;
      return text.slice(parsed.length);
    }
    const isCut = parsed === 'begun' || (parsed === 'more' && this.syntaxes[0]?.special === true);
    if (atEnd && isCut) {
      parts.push({ kind: 'cut' });
      this.state = 'behind-call';
      return '';
    }
    // The sign is prose, but another one may stand behind it.
    this.state = 'prose';
    this.prose(text.slice(0, 1), parts);
    return text.slice(1);
  }

  /** Marks between calls say nothing; a call may follow at once. */
  private readBehindCall(fragment: string): string | undefined {
    const text = this.held + fragment;
    this.held = '';
    const rest = text.trimStart();
    const { closes = [], continues = [], opens = [] } = this.syntaxes[0] ?? {};
    const close = closes.find((mark) => rest.startsWith(mark));
    if (close !== undefined) return rest.slice(close.length);
    if (rest === '' || isCutToken(rest, [...closes, ...continues, ...opens])) {
      this.held = text;
      return undefined;
    }
    if ([...continues, ...opens].some((mark) => rest.startsWith(mark))) {
      this.state = 'call';
      return rest;
    }
    this.state = 'prose';
    return text;
  }

  private get isOverworked(): boolean {
    return this.work > WORK.free + WORK.factor * this.received;
  }

  private prose(text: string, parts: ProseOrCall[]): void {
    this.code.read(text);
    this.emit(text, parts);
  }

  private emit(text: string, parts: ProseOrCall[]): void {
    if (text === '') return;
    if (/\S/.test(text)) this.isStart = false;
    parts.push({ kind: 'prose', text });
  }
}

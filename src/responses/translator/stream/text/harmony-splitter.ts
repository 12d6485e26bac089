import { lengthOfCutTag } from './think-tag-splitter.js';

const CHANNEL = '<|channel|>';
const START = '<|start|>';
const MESSAGE = '<|message|>';
const OPENINGS = [CHANNEL, START];
/** One of these ends a message; a model may leave the proper one out and begin the next message at once. */
const ENDINGS = ['<|end|>', '<|call|>', '<|return|>', START, CHANNEL];
const anyEnding = new RegExp(ENDINGS.map((token) => token.replaceAll('|', '\\|')).join('|'));
/** No header is longer: a role, a recipient, a channel and a content type. */
const LONGEST_HEADER = 512;

export type HarmonyPart =
  /** The answer is not in this format at all. */
  | { kind: 'plain'; text: string }
  | { kind: 'text' | 'reasoning'; text: string }
  | { kind: 'addressed'; recipient: string; body: string };

type Body =
  { kind: 'text' | 'reasoning' } | { kind: 'addressed'; recipient: string; parts: string[] };

/**
 * Reads the channels of gpt-oss that a server without a parser for them passes on as content: `analysis` is reasoning, `final`
 * and a `commentary` to nobody are text, a message to somebody is a call. Only an answer that begins in this format is in it
 * (cookbook.openai.com, "OpenAI harmony response format", 2026).
 */
export class HarmonySplitter {
  private state: 'start' | 'plain' | 'header' | 'body' | 'between' = 'start';
  private held = '';
  private body: Body = { kind: 'text' };

  /** Tells that the answer is in another format, so there is nothing to look for any more. */
  get isPlain(): boolean {
    return this.state === 'plain';
  }

  push(fragment: string): HarmonyPart[] {
    if (this.state === 'plain') return [{ kind: 'plain', text: fragment }];
    const parts: HarmonyPart[] = [];
    this.held += fragment;
    while (this.step(parts));
    return parts;
  }

  /** The stop token that ends a call is often not passed on, so the end of the answer ends it, too. */
  end(): HarmonyPart[] {
    const parts: HarmonyPart[] = [];
    const rest = this.held;
    this.held = '';
    if (this.state === 'start' && rest !== '') parts.push({ kind: 'plain', text: rest });
    if (this.state === 'header' && rest.includes('to=')) {
      parts.push({ kind: 'addressed', recipient: recipientOf(rest) ?? '', body: '' });
    }
    if (this.state === 'body') {
      const isMark = ENDINGS.some((token) => token.startsWith(rest));
      if (!isMark || this.body.kind === 'addressed') this.emit(rest, parts);
      this.closeBody(parts);
    }
    this.state = 'between';
    return parts;
  }

  /** Reads one step of what is held, and tells whether there is more to do. */
  private step(parts: HarmonyPart[]): boolean {
    switch (this.state) {
      case 'start':
        return this.readStart(parts);
      case 'header':
        return this.readHeader();
      case 'body':
        return this.readBody(parts);
      case 'between':
        return this.readBetween();
      case 'plain':
        return false;
    }
  }

  private readStart(parts: HarmonyPart[]): boolean {
    const text = this.held.trimStart();
    if (OPENINGS.some((token) => text.startsWith(token))) {
      this.held = text;
      this.state = 'header';
      return true;
    }
    if (OPENINGS.some((token) => token.startsWith(text))) return false;
    parts.push({ kind: 'plain', text: this.held });
    this.held = '';
    this.state = 'plain';
    return false;
  }

  private readHeader(): boolean {
    const end = this.held.indexOf(MESSAGE);
    if (end < 0) {
      // Whatever this is, it does not grow without bound.
      if (this.held.length > LONGEST_HEADER) this.held = this.held.slice(-LONGEST_HEADER);
      return false;
    }
    const header = this.held.slice(0, end);
    this.held = this.held.slice(end + MESSAGE.length);
    const recipient = recipientOf(header);
    const isThought = /<\|channel\|>\s*analysis/.test(header);
    if (recipient !== undefined && recipient !== 'user' && recipient !== 'assistant') {
      this.body = { kind: 'addressed', recipient, parts: [] };
    } else this.body = { kind: isThought ? 'reasoning' : 'text' };
    this.state = 'body';
    return true;
  }

  private readBody(parts: HarmonyPart[]): boolean {
    const ending = anyEnding.exec(this.held);
    if (ending === null) {
      const cut = Math.max(...ENDINGS.map((token) => lengthOfCutTag(this.held, token)));
      this.emit(this.held.slice(0, this.held.length - cut), parts);
      this.held = this.held.slice(this.held.length - cut);
      return false;
    }
    this.emit(this.held.slice(0, ending.index), parts);
    this.closeBody(parts);
    this.held = this.held.slice(ending.index);
    this.state = 'between';
    return true;
  }

  /** Nothing that stands between two messages is meant for anybody. */
  private readBetween(): boolean {
    const next = OPENINGS.map((token) => this.held.indexOf(token)).filter((at) => at >= 0);
    if (next.length === 0) {
      this.held = this.held.slice(-CHANNEL.length);
      return false;
    }
    this.held = this.held.slice(Math.min(...next));
    this.state = 'header';
    return true;
  }

  private emit(text: string, parts: HarmonyPart[]): void {
    if (text === '') return;
    if (this.body.kind === 'addressed') this.body.parts.push(text);
    else parts.push({ kind: this.body.kind, text });
  }

  private closeBody(parts: HarmonyPart[]): void {
    if (this.body.kind !== 'addressed') return;
    const { recipient, parts: texts } = this.body;
    parts.push({ kind: 'addressed', recipient, body: texts.join('') });
  }
}

function recipientOf(header: string): string | undefined {
  return /\bto=([\w.:/-]{1,200})/.exec(header)?.[1];
}

const THINK = ['<think>', '</think>'] as const;

/** Models write these pairs around their reasoning, as their templates or their users show; the model stands behind its pair. */
const TAGS: readonly (readonly [open: string, close: string])[] = [
  THINK,
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'], // gpt-oss on Bedrock: promptfoo/promptfoo#9587, June 2026
  ['<seed:think>', '</seed:think>'], // Seed-OSS
  ['[THINK]', '[/THINK]'], // Magistral
  ['◁think▷', '◁/think▷'], // Kimi-VL
  ['<|START_THINKING|>', '<|END_THINKING|>'], // Command A
];

const closes = TAGS.map(([, close]) => close);

export interface SplitText {
  kind: 'text' | 'reasoning';
  text: string;
}

/**
 * Separates `<think>…</think>` and its like from the answer while both stream; a tag may be cut anywhere.
 * Only a tag that opens the answer counts: later ones are the model's prose or code.
 */
export class ThinkTagSplitter {
  /** `opened` and `closed` skip the white space that templates put behind a tag. */
  private state: 'start' | 'opened' | 'reasoning' | 'closed' | 'text' = 'start';
  private held = '';
  private close: string = THINK[1];
  /**
   * Holds white space before the answer, which is dropped with a tag and text otherwise. It is kept apart, so that it is not
   * searched again and again.
   */
  private leadingSpace = '';

  /**
   * Reads `tags` where the model writes both tags, and `open` where the prompt has opened the reasoning, so that it may write
   * only the last.
   */
  constructor(private mode: 'tags' | 'open' = 'tags') {}

  /** Says that reasoning came in a field of its own, so the answer does not begin in the middle of it. */
  closeUnopened(): void {
    this.mode = 'tags';
  }

  /** Tells that the reasoning is over, or there is none, so all that follows is text. */
  get isPlain(): boolean {
    return this.state === 'text' && this.held === '' && this.leadingSpace === '';
  }

  push(fragment: string): SplitText[] {
    if (this.isPlain) {
      return fragment === '' ? [] : [{ kind: 'text', text: fragment }];
    }
    this.held += fragment;
    const parts: SplitText[] = [];
    if (this.isIn('start')) this.readStart();
    if (this.isIn('opened')) this.skipSpace('reasoning');
    if (this.isIn('reasoning')) this.readReasoning(parts);
    if (this.isIn('closed')) this.skipSpace('text');
    if (this.isIn('text')) this.releaseText(parts);
    return parts;
  }

  /** Gives out what was held back because it might have become a tag. */
  end(): SplitText[] {
    const parts: SplitText[] = [];
    if (this.isIn('reasoning')) this.release('reasoning', this.held.length, parts);
    else this.releaseText(parts);
    return parts;
  }

  private isIn(state: ThinkTagSplitter['state']): boolean {
    return this.state === state;
  }

  private readStart(): void {
    const trimmed = this.held.trimStart();
    this.leadingSpace += this.held.slice(0, this.held.length - trimmed.length);
    this.held = trimmed;
    const tag = TAGS.find(([open]) => trimmed.startsWith(open));
    if (tag !== undefined) {
      this.held = trimmed.slice(tag[0].length);
      this.close = tag[1];
      this.leadingSpace = '';
      this.state = 'opened';
    } else if (closes.some((close) => trimmed.startsWith(close))) {
      // The backend has read the reasoning before this tag, and left the tag.
      this.held = trimmed.slice(closes.find((close) => trimmed.startsWith(close))?.length);
      this.leadingSpace = '';
      this.state = 'closed';
    } else if (!TAGS.flat().some((mark) => mark.startsWith(trimmed))) {
      if (this.mode === 'open') this.leadingSpace = '';
      this.state = this.mode === 'open' ? 'opened' : 'text';
    }
  }

  private readReasoning(parts: SplitText[]): void {
    const close = this.held.indexOf(this.close);
    if (close < 0) {
      this.release('reasoning', this.held.length - lengthOfCutTag(this.held, this.close), parts);
      return;
    }
    this.release('reasoning', close, parts);
    this.held = this.held.slice(this.close.length);
    this.state = 'closed';
  }

  private skipSpace(next: 'reasoning' | 'text'): void {
    this.held = this.held.trimStart();
    if (this.held !== '') this.state = next;
  }

  private releaseText(parts: SplitText[]): void {
    this.held = this.leadingSpace + this.held;
    this.leadingSpace = '';
    this.release('text', this.held.length, parts);
  }

  private release(kind: SplitText['kind'], length: number, parts: SplitText[]): void {
    if (length > 0) parts.push({ kind, text: this.held.slice(0, length) });
    this.held = this.held.slice(length);
  }
}

/** Counts how many characters at the end of the text could be the beginning of the tag. */
export function lengthOfCutTag(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}

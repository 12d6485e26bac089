import { recoverCustomInput } from './recover-custom-input.js';

const BEGIN = '*** Begin Patch';
const END = '*** End Patch';
const FILE_HEADS = ['*** Add File: ', '*** Update File: ', '*** Delete File: '];
const FENCE = /^\s*```/;
const BLANK_OR_FENCE = /^\s*(?:```\w*\s*)?$/;

/**
 * Frees the input of Codex's `apply_patch`, as it streams, from what models wrap around it and Codex refuses: a code fence, JSON,
 * a missing first or last line. It goes out by lines, since only a whole line tells whether it belongs. What is no patch goes
 * through as it is: Codex's refusal is what the model learns from.
 */
export class PatchRepairer {
  /** Tells that something was changed. */
  repaired = false;

  private state: 'start' | 'patch' | 'after' | 'json' | 'other' = 'start';
  /** Holds text that is not decided yet. */
  private held = '';
  /** Holds blank lines and fences, which belong to the patch only when more of it follows. */
  private doubtful = '';
  private lastSent = '';

  push(text: string): string {
    this.held += text;
    if (this.state === 'start') this.decide();
    switch (this.state) {
      case 'patch':
        return this.send(this.takeLines());
      case 'other':
        return this.takeHeld();
      case 'start':
      case 'json':
      case 'after':
        return '';
    }
  }

  /** Gives what is left when the input is whole. */
  end(): string {
    switch (this.state) {
      case 'json':
        return this.unwrapJson();
      case 'patch':
        return this.endPatch();
      case 'after':
        return this.endAfter();
      case 'start':
      case 'other':
        return this.takeHeld();
    }
  }

  private decide(): void {
    const text = this.held.trimStart();
    const fenceEnd = text.indexOf('\n');
    const isFenced = text.startsWith('```');
    const head = isFenced ? text.slice(fenceEnd + 1).trimStart() : text;
    if (text === '' || '```'.startsWith(text) || (isFenced && (fenceEnd < 0 || head === '')))
      return;
    const isFile = FILE_HEADS.some((start) => head.startsWith(start));
    if (isFile || head.startsWith(BEGIN)) {
      this.repaired = isFile || head !== this.held;
      this.held = isFile ? `${BEGIN}\n${head}` : head;
      this.state = 'patch';
    } else if (![BEGIN, ...FILE_HEADS].some((start) => start.startsWith(head))) {
      this.state = head.startsWith('{') ? 'json' : 'other';
    }
  }

  /** Gives the whole lines of the patch, up to its last one. */
  private takeLines(): string {
    let lines = '';
    for (let end = this.held.indexOf('\n'); end >= 0; end = this.held.indexOf('\n')) {
      const line = this.held.slice(0, end + 1);
      this.held = this.held.slice(end + 1);
      if (BLANK_OR_FENCE.test(line)) {
        this.doubtful += line;
        continue;
      }
      lines += this.doubtful + line;
      this.doubtful = '';
      if (line.trimEnd() !== END) continue;
      this.state = 'after';
      break;
    }
    return lines;
  }

  private endPatch(): string {
    const last = this.takeHeld();
    const isPatch = !BLANK_OR_FENCE.test(last);
    const text = this.send(isPatch ? this.doubtful + last : '');
    if (last.trimEnd() === END) return text;
    this.repaired = true;
    return `${text}${this.lastSent.endsWith('\n') ? '' : '\n'}${END}`;
  }

  /** A closing fence is dropped; anything else that follows is the model's own mistake. */
  private endAfter(): string {
    const rest = this.takeHeld();
    if (!FENCE.test(rest) || !BLANK_OR_FENCE.test(rest.trim())) return rest;
    this.repaired = true;
    return '';
  }

  private unwrapJson(): string {
    const wrapped = this.takeHeld();
    const input = recoverCustomInput(wrapped);
    if (input === wrapped) return wrapped;
    const inner = new PatchRepairer();
    this.repaired = true;
    return inner.push(input) + inner.end();
  }

  private send(text: string): string {
    if (text !== '') this.lastSent = text;
    return text;
  }

  private takeHeld(): string {
    const { held } = this;
    this.held = '';
    return held;
  }
}

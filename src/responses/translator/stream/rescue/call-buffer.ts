/** The head of a call is judged at once, so that prose with a sign in it is not held back. */
const HEAD = 256;
/** A call that was not whole is read again when it has grown by this factor, so all attempts together cost linear time. */
const GROWTH = 1.5;
const LONGEST_END = 32;

/** Keeps the text of what may become a call. It can be long, so it is joined only when it may be whole. */
export class CallBuffer {
  private fragments: string[] = [];
  private nextAttempt = 0;
  private tail = '';
  private length = 0;

  get size(): number {
    return this.length;
  }

  /** @returns the text when it is worth reading: it is short, or one of `ends` has come. */
  add(fragment: string, ends: readonly string[]): string | undefined {
    const isHead = this.length <= HEAD;
    this.fragments.push(fragment);
    this.length += fragment.length;
    const recent = this.tail + fragment;
    this.tail = recent.slice(-LONGEST_END);
    if (!isHead) {
      const mayEnd = ends.some((end) => recent.includes(end));
      if (!mayEnd || this.length < this.nextAttempt) return undefined;
      this.nextAttempt = this.length * GROWTH;
    }
    return this.fragments.join('');
  }

  take(): string {
    const text = this.fragments.join('');
    this.fragments = [];
    this.nextAttempt = 0;
    this.tail = '';
    this.length = 0;
    return text;
  }
}

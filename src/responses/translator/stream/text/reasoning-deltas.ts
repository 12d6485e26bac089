/** A chunk that begins with less than so many characters of earlier reasoning may do so by chance. */
const SHORTEST_REPEAT = 12;

/** Characters of the reasoning that are kept to recognize it. */
const LONGEST_HEAD = 1_000;

/**
 * Reasoning in deltas, also where a backend sends all of it so far again with each chunk (MiniMax M3,
 * can1357/oh-my-pi#2434, June 2026). Only a chunk longer than all before it is compared, and only with the beginning of
 * that, which is all that is kept.
 */
export class ReasoningDeltas {
  private head = '';
  private length = 0;

  /** What of a chunk's reasoning is new. */
  newText(reasoning: string): string {
    const repeats =
      this.length >= SHORTEST_REPEAT &&
      reasoning.length > this.length &&
      reasoning.startsWith(this.head);
    const added = repeats ? reasoning.slice(this.length) : reasoning;
    if (this.head.length < LONGEST_HEAD) {
      this.head += added.slice(0, LONGEST_HEAD - this.head.length);
    }
    this.length += added.length;
    return added;
  }
}

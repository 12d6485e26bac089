/** A chunk may begin with less than so many characters of earlier reasoning by chance. */
const SHORTEST_REPEAT = 4;

/** So many characters of the reasoning are kept to recognize it. */
const LONGEST_HEAD = 1_000;

/**
 * Reads reasoning in deltas, also where a backend sends all of it so far again with each chunk (MiniMax M3,
 * can1357/oh-my-pi#2434, June 2026). A chunk is compared with the beginning of what came, which is all that is kept.
 */
export class ReasoningDeltas {
  private head = '';
  private length = 0;
  /** Tells that a chunk has repeated and continued all before it. */
  private isCumulative = false;

  /** Gives what of a chunk's reasoning is new. */
  newText(reasoning: string): string {
    const added = this.repeats(reasoning) ? reasoning.slice(this.length) : reasoning;
    if (this.head.length < LONGEST_HEAD) {
      this.head += added.slice(0, LONGEST_HEAD - this.head.length);
    }
    this.length += added.length;
    return added;
  }

  private repeats(reasoning: string): boolean {
    if (this.isCumulative && reasoning.length === this.length) {
      return reasoning !== '' && this.head.startsWith(reasoning.slice(0, LONGEST_HEAD));
    }
    const grows =
      this.length >= SHORTEST_REPEAT &&
      reasoning.length > this.length &&
      reasoning.startsWith(this.head);
    this.isCumulative ||= grows;
    return grows;
  }
}

import { backendStreamBroken } from '../../../../common/error-table.js';

/** Counts what one answer has brought. All that is kept until its end counts, or a backend without end would fill the memory. */
export class OutputBudget {
  private weight = 0;
  private counted = 0;

  constructor(private readonly limit: number) {}

  /** Counts the characters of text, reasoning and arguments so far. */
  get characters(): number {
    return this.counted;
  }

  /** Counts everything that is kept until the end, in characters. */
  get kept(): number {
    return this.weight;
  }

  count(text: string): void {
    this.counted += text.length;
    this.weigh(text.length);
  }

  /**
   * Counts what is kept but is no part of the answer's text.
   * @throws ApiError when the answer is longer than one may be.
   */
  weigh(characters: number): void {
    this.weight += characters;
    if (this.weight <= this.limit) return;
    throw backendStreamBroken(`The answer is longer than ${this.limit} characters.`);
  }
}

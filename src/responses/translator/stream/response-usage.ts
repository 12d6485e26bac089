import type { Usage } from '../../../contracts/responses/response.js';
import type { WarningCollector } from '../warning.js';
import { addUsage } from './chunk/convert-usage.js';
import { estimateUsage } from './chunk/estimate-usage.js';

/** Counts what one response cost: the sum of its answers, each with all of the input that it read, as OpenAI counts it. */
export class ResponseUsage {
  private compactions: Usage | null = null;
  private before: Usage | null = null;
  private charactersBefore = 0;
  private ofAnswer: Usage | null = null;

  constructor(private readonly warnings: WarningCollector) {}

  /** Takes what the backend told; a later one of the same answer counts. */
  note(usage: Usage | undefined): void {
    this.ofAnswer = usage ?? this.ofAnswer;
  }

  /** Gives what is known so far. */
  get total(): Usage | null {
    return addUsage(this.compactions, this.ofAnswers);
  }

  /** Gives what the answers cost, without summaries of the conversation before them. */
  get ofAnswers(): Usage | null {
    return addUsage(this.before, this.ofAnswer);
  }

  /** Adds what a summary in the middle of the response cost. */
  addCompaction(usage: Usage | null): void {
    this.compactions = addUsage(this.compactions, usage);
  }

  /**
   * Ends the answer. Usage that is missing or all zero is estimated: Codex goes by it, and would never compact.
   * @param characters are those of the whole response so far.
   */
  endAnswer(estimateInputTokens: (() => number) | undefined, characters: number): void {
    const isTold = (this.ofAnswer?.total_tokens ?? 0) > 0;
    if (!isTold && estimateInputTokens !== undefined) {
      this.warnings.add('usage_estimated', null, 'The backend told no usage; it was estimated.');
      this.ofAnswer = estimateUsage(estimateInputTokens(), characters - this.charactersBefore);
    }
    this.charactersBefore = characters;
    this.restart();
  }

  /** Begins a further answer; what the one before it told stays, and nothing of it is estimated. */
  restart(): void {
    this.before = this.ofAnswers;
    this.ofAnswer = null;
  }
}

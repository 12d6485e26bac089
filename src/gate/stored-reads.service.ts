import { Injectable } from '@nestjs/common';
import { overloaded } from '../common/gate-errors.js';
import { CallerLines } from './caller-lines.js';
import { MemoryBudget } from './memory-budget.service.js';
import type { MemoryHold } from './memory-hold.js';

/** How much one of them holds is known only when it has been read, so few are read at once. */
const mostAtOnce = 4;

const retryAfterSeconds = 1;

/**
 * Bounds what is read from the store at once, which may be a response of many megabytes each. Callers take turns, and
 * whoever holds too much by then is refused: its earlier answers have to be taken first.
 */
@Injectable()
export class StoredReads {
  private readonly lines = new CallerLines();
  private running = 0;

  constructor(private readonly budget: MemoryBudget) {}

  /**
   * Runs `answer`, which reads and sends, when its turn comes.
   * @throws ApiError 503 where its caller has no room left, 499 when the hold was released before.
   */
  async run<Value>(hold: MemoryHold | undefined, answer: () => Promise<Value>): Promise<Value> {
    if (hold === undefined) return answer();
    const turn = this.lines.wait(hold);
    this.begin();
    await turn;
    try {
      if (this.budget.isFullFor(hold.caller)) throw overloaded(retryAfterSeconds);
      return await answer();
    } finally {
      // Everybody else is served first, and who has left by now is never read for.
      setImmediate(() => {
        this.running -= 1;
        this.begin();
      });
    }
  }

  private begin(): void {
    if (this.running < mostAtOnce && this.lines.next()) this.running += 1;
  }
}

import { clientClosed } from '../common/error-table.js';
import type { MemoryHold } from './memory-hold.js';

/** Stands in a line, for what waits may be given up. */
export type WaitingHold = Pick<MemoryHold, 'caller' | 'onRelease'>;

/** Keeps a line for each caller, of which they take turns: who asks for more does not keep out who asks for less. */
export class CallerLines {
  /** The caller comes first whose turn was longest ago. */
  private readonly lines = new Map<string, Set<() => void>>();

  /** Resolves when the turn of this one has come. Rejects with ApiError 499 when the hold is released before. */
  wait(hold: WaitingHold): Promise<void> {
    return new Promise((resolve, reject) => {
      const line = this.lines.get(hold.caller) ?? new Set();
      this.lines.set(hold.caller, line);
      const begin = (): void => {
        stopWatching();
        resolve();
      };
      line.add(begin);
      const stopWatching = hold.onRelease(() => {
        line.delete(begin);
        reject(clientClosed());
      });
    });
  }

  /** Gives the next one its turn; false when nobody waits. */
  next(): boolean {
    for (const [caller, line] of this.lines) {
      this.lines.delete(caller);
      const [begin] = line;
      if (begin === undefined) continue;
      line.delete(begin);
      if (line.size > 0) this.lines.set(caller, line);
      begin();
      return true;
    }
    return false;
  }
}

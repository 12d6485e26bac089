import { LRUCache } from 'lru-cache';

/** So many conversations are remembered; one takes about 200 bytes. */
const mostSessions = 10_000;

/** No backend keeps a prompt much longer by itself. */
const longestAgeMs = 60 * 60 * 1000;

/** Remembers how long the last prompt of each conversation was, for what of the next one could be cached. */
export class PromptPrefixes {
  private readonly last = new LRUCache<string, { tokens: number; at: number }>({
    max: mostSessions,
  });

  /**
   * Gives the tokens of this turn's prompt that the turn before had sent already, and remembers this turn. Undefined where no turn
   * before is known within the hour: it was the first, or another process had it. A conversation that was cut short meanwhile
   * has fewer.
   */
  take(session: string, inputTokens: number, nowMs: number): number | undefined {
    const before = this.last.get(session);
    this.last.set(session, { tokens: inputTokens, at: nowMs });
    if (before === undefined || nowMs - before.at > longestAgeMs) return undefined;
    return Math.min(before.tokens, inputTokens);
  }
}

import { LRUCache } from 'lru-cache';
import { WARNINGS, type TranslationWarning } from '../responses/translator/warning.js';

const hourMs = 3_600_000;
/** Models and parameters are named by clients: the oldest kinds make room. */
const mostKinds = 2_000;

/**
 * Picks, of warnings that come with every turn, the ones that an operator has not been told of: those that lose something, of a
 * kind (code, parameter without its positions, model) that did not come within the last hour.
 */
export class FreshWarnings {
  /** Holds when each kind was told. */
  private readonly toldAt = new LRUCache<string, number>({ max: mostKinds });

  take(
    model: string | undefined,
    warnings: readonly TranslationWarning[],
    now: number,
  ): TranslationWarning[] {
    return warnings.filter(
      ({ code, param }) =>
        WARNINGS[code] === 'loses' &&
        this.isFirst(JSON.stringify([code, kindOf(param), model]), now),
    );
  }

  private isFirst(kind: string, now: number): boolean {
    const told = this.toldAt.get(kind);
    if (told !== undefined && now - told < hourMs) return false;
    this.toldAt.set(kind, now);
    return true;
  }
}

/** `input[3].content[0]` is one kind with `input[12].content[4]`. */
function kindOf(param: string | null): string | undefined {
  return param?.replace(/\[\d+\]/g, '[]');
}

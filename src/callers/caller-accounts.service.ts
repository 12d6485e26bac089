import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock.js';
import { CallerMetrics } from '../metrics/caller.metrics.js';
import { CallerBooks, type AgreedTerms } from './caller-books.js';
import { Ledger } from './ledger.service.js';

/** Has the books of all callers, each under the id that it keeps. */
@Injectable()
export class CallerAccounts {
  private books = new Map<string, CallerBooks>();

  constructor(
    private readonly ledger: Ledger,
    private readonly metrics: CallerMetrics,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    metrics.observeLimits(() => this.shares());
  }

  /** Keeps books for these alone, on their terms as they now are. */
  keep(callers: readonly (readonly [id: string, terms: AgreedTerms])[]): void {
    const { ledger, metrics, clock } = this;
    this.books = new Map(
      callers.map(([id, terms]) => {
        const books = this.books.get(id) ?? new CallerBooks(id, ledger, metrics, clock, terms);
        books.terms = terms;
        metrics.callerKnown(terms.name, terms.currency);
        return [id, books];
      }),
    );
  }

  of(id: string): CallerBooks | undefined {
    return this.books.get(id);
  }

  private *shares(): Generator<{ caller: string; limit: string; share: number }> {
    for (const { terms, usage } of this.books.values())
      for (const share of usage.sharesOf(terms.limits)) yield { caller: terms.name, ...share };
  }
}

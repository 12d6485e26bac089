import type { Clock } from '../common/clock.js';
import type { CallerLimits } from '../common/caller-limits.js';
import { counterKey, countedLimit, limitKinds, MONEY_UNIT, usageFields } from './counted.js';
import type { Ledger } from './ledger.service.js';
import { periodAt } from './periods.js';

/** How much of a limit is used, in requests, tokens, or the currency. */
export interface LimitUsed {
  name: keyof CallerLimits;
  limit: number;
  used: number;
  /** Milliseconds since the epoch. */
  endsAt: number;
}

export type DayUsage = Record<(typeof usageFields)[number], number>;

/** Reads what a caller has used. */
export class CallerUsage {
  constructor(
    private readonly id: string,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** Gives the used share of each limit, 0 to 1 and beyond, as far as this process knows. */
  sharesOf(limits: CallerLimits): { limit: keyof CallerLimits; share: number }[] {
    const now = this.clock.now();
    return limitKinds.flatMap((kind) => {
      const limit = countedLimit(kind, limits);
      const used = this.ledger.valueOf(counterKey(this.id, kind.unit, kind.period, now));
      if (limit === undefined || used === undefined) return [];
      return [{ limit: kind.name, share: limit === 0 ? 1 : used / limit }];
    });
  }

  /** Asks the store, which knows of all replicas. */
  async usedOf(limits: CallerLimits): Promise<LimitUsed[]> {
    const now = this.clock.now();
    const kinds = limitKinds.filter(({ name }) => limits[name] !== undefined);
    const used = await this.ledger.read(
      kinds.map(({ unit, period }) => counterKey(this.id, unit, period, now)),
    );
    return kinds.map(({ name, unit, period }, index) => ({
      name,
      limit: limits[name] ?? 0,
      used: (used[index] ?? 0) * (unit === 'money' ? MONEY_UNIT : 1),
      endsAt: periodAt(period, now).endsAt,
    }));
  }

  /** Gives what was used on each of these days, of which each is a moment; `cost` is in the currency. */
  async onDays(moments: readonly number[]): Promise<DayUsage[]> {
    const values = await this.ledger.read(
      moments.flatMap((moment) =>
        usageFields.map((field) => counterKey(this.id, field, 'day', moment)),
      ),
    );
    return moments.map((_moment, day) => {
      const at = (field: number): number => values[day * usageFields.length + field] ?? 0;
      const [calls, input, cached, output, cost] = [at(0), at(1), at(2), at(3), at(4)];
      return { calls, input, cached, output, cost: cost * MONEY_UNIT };
    });
  }
}

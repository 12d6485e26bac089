import type { ApiError } from '../common/api-error.js';
import type {
  CallerAccount,
  ModelPrices,
  OpenCall,
  UsedTokens,
} from '../common/caller-account.port.js';
import type { Clock } from '../common/clock.js';
import { budgetUsedUp, callerRateReached } from '../common/quota-errors.js';
import type { CallerMetrics } from '../metrics/caller.metrics.js';
import type { CallerLimits } from '../common/caller-limits.js';
import { CallerUsage } from './caller-usage.js';
import { amountsOf, countedLimit, counterKey, limitKinds, MONEY_UNIT } from './counted.js';
import { usageFields, type LimitKind } from './counted.js';
import type { Charge, Counter, Ledger } from './ledger.service.js';
import { periodAt, type Period } from './periods.js';
import { rateHeaders } from './rate-headers.js';

const day = 86_400_000;

/** Minutes outlive a clock that jumps; days are what a caller may look back on. */
const keepMs: Record<Period, number> = { minute: day / 24, day: 100 * day, month: 100 * day };

export interface AgreedTerms {
  name: string;
  limits: CallerLimits;
  currency: string;
}

interface LimitCharge extends Charge {
  kind: LimitKind;
}

/** Keeps the books of one caller, whatever its keys and terms are at the moment. */
export class CallerBooks implements CallerAccount {
  readonly usage: CallerUsage;

  constructor(
    private readonly id: string,
    private readonly ledger: Ledger,
    private readonly metrics: CallerMetrics,
    private readonly clock: Clock,
    /** Others stand in their place when the file changes; what runs goes on. */
    public terms: AgreedTerms,
  ) {
    this.usage = new CallerUsage(id, ledger, clock);
  }

  get currency(): string {
    return this.terms.currency;
  }

  admit(): void | Promise<void> {
    const limited = this.charges({ requests: 1 }).filter(({ limit }) => limit !== undefined);
    const reached = this.ledger.take(limited);
    if (reached instanceof Promise) return reached.then(this.admitted);
    this.admitted(reached);
  }

  headers(): Readonly<Record<string, string>> {
    const now = this.clock.now();
    return rateHeaders(this.terms.limits, now, (unit) =>
      this.ledger.valueOf(counterKey(this.id, unit, 'minute', now)),
    );
  }

  open(expected: UsedTokens, prices: ModelPrices | undefined): OpenCall | Promise<OpenCall> {
    const charges = this.charges(amountsOf(expected, prices)).filter(
      ({ kind }) => kind.unit !== 'requests',
    );
    const opened = (reached: LimitCharge | undefined): OpenCall => {
      if (reached !== undefined) throw this.refusal(reached);
      if (prices === undefined) this.noteUnpriced();
      return this.opened(charges, prices);
    };
    const reached = this.ledger.take(charges);
    return reached instanceof Promise ? reached.then(opened) : opened(reached);
  }

  private noteUnpriced(): void {
    const { name, limits } = this.terms;
    if ((limits.moneyPerDay ?? limits.moneyPerMonth) !== undefined) this.metrics.callUnpriced(name);
  }

  private readonly admitted = (reached: LimitCharge | undefined): void => {
    if (reached !== undefined) throw this.refusal(reached);
    this.metrics.requestAdmitted(this.terms.name);
  };

  private opened(charges: readonly LimitCharge[], prices: ModelPrices | undefined): OpenCall {
    let isSettled = false;
    return {
      settle: (used, others = prices) => {
        if (isSettled) return;
        isSettled = true;
        const amounts = amountsOf(used, others);
        for (const charge of charges) this.correct(charge, amounts);
        this.note(used, amounts.money);
      },
    };
  }

  /** What comes on top is of the period that it now is; what was reserved in vain goes back to where it was taken. */
  private correct(
    { counter, amount, kind: { unit, period } }: LimitCharge,
    used: Partial<Record<LimitKind['unit'], number>>,
  ): void {
    const more = (used[unit] ?? 0) - amount;
    const right =
      more > 0 ? this.counter(unit, period) : this.ledger.counter(counter.key, counter.keepMs);
    this.ledger.add(right, more);
  }

  private note(used: UsedTokens, cost: number): void {
    if (used.input + used.output === 0) return;
    const values = { calls: 1, ...used, cost };
    for (const field of usageFields) this.ledger.add(this.counter(field, 'day'), values[field]);
    this.metrics.tokensUsed(this.terms, used, cost * MONEY_UNIT);
  }

  /** Minutes are counted where they have a limit; days and months always, so that a limit of tomorrow knows of today. */
  private charges(amounts: Partial<Record<LimitKind['unit'], number>>): LimitCharge[] {
    return limitKinds.flatMap((kind) => {
      const { unit, period } = kind;
      const limit = countedLimit(kind, this.terms.limits);
      if (limit === undefined && period === 'minute') return [];
      return [{ kind, counter: this.counter(unit, period), amount: amounts[unit] ?? 0, limit }];
    });
  }

  private counter(what: string, period: Period): Counter {
    return this.ledger.counter(counterKey(this.id, what, period, this.clock.now()), keepMs[period]);
  }

  private refusal({ kind: { name, unit, period } }: LimitCharge): ApiError {
    const { name: caller, limits, currency } = this.terms;
    const limit = limits[name] ?? 0;
    this.metrics.requestRefused(caller, name);
    const now = this.clock.now();
    const { endsAt } = periodAt(period, now);
    const seconds = Math.max(1, Math.ceil((endsAt - now) / 1000));
    if (period === 'minute' && unit !== 'money')
      return callerRateReached(caller, unit, limit, seconds);
    const budget = `${limit} ${unit === 'money' ? currency : unit} per ${period}`;
    return budgetUsedUp(caller, budget, endsAt, seconds);
  }
}

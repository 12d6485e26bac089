import type { ModelPrices, UsedTokens } from '../common/caller-account.port.js';
import type { CallerLimits } from '../common/caller-limits.js';
import { periodAt, type Period } from './periods.js';

/** What is counted. Money is counted in billionths of the currency, so that it stays a whole number. */
export type Unit = 'requests' | 'tokens' | 'money';

export const MONEY_UNIT = 1e-9;

export interface LimitKind {
  name: keyof CallerLimits;
  unit: Unit;
  period: Period;
}

export const limitKinds: readonly LimitKind[] = [
  { name: 'requestsPerMinute', unit: 'requests', period: 'minute' },
  { name: 'tokensPerMinute', unit: 'tokens', period: 'minute' },
  { name: 'tokensPerDay', unit: 'tokens', period: 'day' },
  { name: 'tokensPerMonth', unit: 'tokens', period: 'month' },
  { name: 'moneyPerDay', unit: 'money', period: 'day' },
  { name: 'moneyPerMonth', unit: 'money', period: 'month' },
];

/** What has been used for sure, by day: calls of models, tokens, and money. */
export const usageFields = ['calls', 'input', 'cached', 'output', 'cost'] as const;

/** Gives a limit as it is counted. */
export function countedLimit({ name, unit }: LimitKind, limits: CallerLimits): number | undefined {
  const limit = limits[name];
  return limit === undefined || unit !== 'money' ? limit : Math.round(limit / MONEY_UNIT);
}

/** Names the counter of a caller, for the period that this moment is in. */
export function counterKey(id: string, what: string, period: Period, moment: number): string {
  return `${id}:${periodAt(period, moment).key}:${what}`;
}

/** Counts what tokens come to. What has no price costs nothing. */
export function amountsOf(
  { input, cached, output }: UsedTokens,
  prices: ModelPrices | undefined,
): { tokens: number; money: number } {
  const tokens = input + output;
  if (prices === undefined) return { tokens, money: 0 };
  const fresh = Math.max(0, input - cached);
  const millionth = fresh * prices.input + cached * prices.cachedInput + output * prices.output;
  return { tokens, money: Math.ceil(millionth / 1e6 / MONEY_UNIT) };
}

/** What a caller may use at most. What is not said has no limit; 0 is nothing at all. */
export interface CallerLimits {
  requestsPerMinute?: number;
  /** Tokens of input and output together. */
  tokensPerMinute?: number;
  tokensPerDay?: number;
  tokensPerMonth?: number;
  /** In the currency of the file. */
  moneyPerDay?: number;
  moneyPerMonth?: number;
}

/** All limits, by the names that CALLERS_FILE has for them. */
export const callerLimits = [
  'requestsPerMinute',
  'tokensPerMinute',
  'tokensPerDay',
  'tokensPerMonth',
  'moneyPerDay',
  'moneyPerMonth',
] as const satisfies readonly (keyof CallerLimits)[];

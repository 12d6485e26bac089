/** All limits, by the names that CALLERS_FILE has for them. Tokens are those of input and output; money is in the file's currency. */
export const callerLimits = [
  'requestsPerMinute',
  'tokensPerMinute',
  'tokensPerDay',
  'tokensPerMonth',
  'moneyPerDay',
  'moneyPerMonth',
] as const;

/** What a caller may use at most. What is not said has no limit; 0 is nothing at all. */
export type CallerLimits = Partial<Record<(typeof callerLimits)[number], number>>;

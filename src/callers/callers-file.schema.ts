import type { CallerLimits } from '../common/caller-limits.js';

/** A key as CALLERS_FILE has it. */
export interface KeyEntry {
  /** Of the key's text, as hex digits. */
  sha256: string;
  created?: string;
  expires?: string;
}

/** A caller as CALLERS_FILE has it; its name stands before it. */
export interface CallerFields extends CallerLimits {
  /** What is stored and counted belongs to it, whatever the caller is called; without it to the name. */
  id?: string;
  keys: KeyEntry[];
  /** Names and patterns with `*`. */
  models?: string[];
  expires?: string;
}

export interface CallersFile {
  /** Limits of money and prices are in it; without it in US dollars. */
  currency?: string;
  callers: Record<string, CallerFields> | null;
}

const name = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$';
const moment = { type: 'string', minLength: 1, maxLength: 40 };
const count = (maximum: number) => ({ type: 'integer', minimum: 0, maximum });
const money = { type: 'number', minimum: 0, maximum: 1_000_000 };
const table = (properties: object, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const key = table(
  { sha256: { type: 'string', pattern: '^[0-9a-fA-F]{64}$' }, created: moment, expires: moment },
  ['sha256'],
);

const limits: Record<keyof CallerLimits, object> = {
  requestsPerMinute: count(1_000_000),
  tokensPerMinute: count(1_000_000_000_000),
  tokensPerDay: count(1_000_000_000_000),
  tokensPerMonth: count(1_000_000_000_000),
  moneyPerDay: money,
  moneyPerMonth: money,
};

const caller = table(
  {
    id: { type: 'string', pattern: name },
    keys: { type: 'array', items: key, maxItems: 100 },
    models: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 200 },
      minItems: 1,
      maxItems: 200,
    },
    expires: moment,
    ...limits,
  },
  ['keys'],
);

export const callersFileSchema = table(
  {
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    callers: {
      type: ['object', 'null'],
      propertyNames: { pattern: name },
      additionalProperties: caller,
      maxProperties: 10_000,
    },
  },
  ['callers'],
);

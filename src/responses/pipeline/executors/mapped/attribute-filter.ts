import { asArray, asRecord, isRecord } from '../../../../common/json.js';

type Attributes = Record<string, string | number | boolean>;

/** A file may have so many attributes, as at OpenAI. */
const MOST_ATTRIBUTES = 16;
export const DEEPEST_FILTER = 10;

/** Reads the attributes of a file: those that are a text, a number, or true or false. */
export function attributesOf(value: unknown): Attributes | undefined {
  if (!isRecord(value)) return undefined;
  const plain = Object.entries(value).filter(([, entry]) =>
    ['string', 'number', 'boolean'].includes(typeof entry),
  );
  return Object.fromEntries(plain.slice(0, MOST_ATTRIBUTES)) as Attributes;
}

/**
 * Tells whether a file passes `filters` of a `file_search` tool: a comparison, or `and` and `or` of several. A filter of a kind that
 * is not known lets nothing pass: filters also keep the files of one tenant from another.
 */
export function passes(attributes: Attributes, filter: unknown, depth = 0): boolean {
  if (filter === undefined || filter === null) return true;
  const { type, key, value, filters } = asRecord(filter) ?? {};
  if (depth > DEEPEST_FILTER) return false;
  const passesOne = (one: unknown): boolean => passes(attributes, one, depth + 1);
  if (type === 'and') return Array.isArray(filters) && filters.every(passesOne);
  if (type === 'or') return asArray(filters).some(passesOne);
  if (typeof key !== 'string') return false;
  const found = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (type === 'eq') return found !== undefined && found === value;
  if (type === 'ne') return found !== value;
  if (type === 'in') return found !== undefined && asArray(value).includes(found);
  if (type === 'nin') return !asArray(value).includes(found);
  if (found === undefined || typeof found !== typeof value) return false;
  const bound = value as string | number | boolean;
  if (type === 'gt') return found > bound;
  if (type === 'gte') return found >= bound;
  if (type === 'lt') return found < bound;
  return type === 'lte' && found <= bound;
}

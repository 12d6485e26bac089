import { schema } from './postgres-schema.js';

export const counterStatements = {
  /** Takes keys, amounts, milliseconds to keep them. All replicas lock the rows in one order, so that none waits for another in a circle. */
  count: `
INSERT INTO ${schema}.counters AS c (key, value, expires_at)
SELECT key, amount, now() + keep * interval '1 millisecond'
FROM unnest($1::text[], $2::bigint[], $3::float8[]) AS change (key, amount, keep) ORDER BY key
ON CONFLICT (key) DO UPDATE SET
  value = excluded.value + CASE WHEN c.expires_at > now() THEN c.value ELSE 0 END,
  expires_at = excluded.expires_at
RETURNING key, value::float8`,

  /** Takes keys. */
  readCounters: `
SELECT key, value::float8 FROM ${schema}.counters WHERE key = ANY ($1::text[]) AND expires_at > now()`,

  sweepCounters: `DELETE FROM ${schema}.counters WHERE expires_at <= now()`,
} as const;

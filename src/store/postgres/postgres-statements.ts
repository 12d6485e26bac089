import { maxChainTurns } from '../response-record-store.port.js';
import { PAGE_BYTES } from '../conversation-store.port.js';
import { PAGE_CHARACTERS } from '../response-texts.js';
import { counterStatements } from './postgres-counter-statements.js';
import { fileStatements } from './postgres-file-statements.js';
import { schema } from './postgres-schema.js';

/** The database owns the time: replicas need not agree on theirs. */
const living = 'expires_at > now()';
const running = `${living} AND status IN ('queued', 'in_progress')`;
const one = 'owner = $1 AND id = $2';
const inConversation = 'owner = $1 AND conversation_id = $2';
const after = (parameter: string): string =>
  `now() + ${parameter}::float8 * interval '1 millisecond'`;

/** One sweep's step takes so many rows; several replicas that sweep at once take different ones. */
const sweepOf = (table: string): string => `
DELETE FROM ${schema}.${table} WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM ${schema}.${table} WHERE expires_at <= now()
  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** Only places and sizes go through the window: of what lies behind the page no value is read, and `value` is null. */
const pageOf = (order: 'ASC' | 'DESC', beyond: '<' | '>'): string => `
SELECT CASE WHEN before < ${PAGE_BYTES} THEN (
  SELECT value FROM ${schema}.conversation_items WHERE ${inConversation} AND position = page.position) END AS value
FROM (
  SELECT position, sum(octet_length(value)) OVER (ORDER BY position ${order}) - octet_length(value) AS before
  FROM (
    SELECT position, value FROM ${schema}.conversation_items
    WHERE ${inConversation} AND ($3::integer IS NULL OR position ${beyond} $3)
    ORDER BY position ${order} LIMIT $4
  ) AS following
) AS page ORDER BY position ${order}`;

/** Each is one step: it happens as a whole or not at all. Parameters are named above it where they are not columns. */
export const statements = {
  begin: `
INSERT INTO ${schema}.responses (owner, id, previous_id, status, replica, input, output, resource, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ${after('$9')})`,

  /** Takes status, output, resource, time to live. */
  update: `
UPDATE ${schema}.responses SET status = $3, output = $4, resource = $5, expires_at = ${after('$6')}
WHERE ${one} AND ${running}`,

  /** Takes status, output, resource, time to live, number of events, their batch, ids of output items, keys of thoughts, those. */
  finish: `
WITH ended AS (
  UPDATE ${schema}.responses
  SET status = $3, output = $4, resource = $5, expires_at = ${after('$6')}, next_event = next_event + $7::integer
  WHERE ${one} AND ${running} RETURNING next_event - $7::integer AS first
), logged AS (
  INSERT INTO ${schema}.events (owner, response_id, first, count, batch)
  SELECT $1, $2, first, $7::integer, $8 FROM ended WHERE $7::integer > 0
), held AS (
  INSERT INTO ${schema}.output_items (owner, item_id, response_id)
  SELECT $1, item_id, $2 FROM ended, unnest($9::text[]) AS item_id ON CONFLICT DO NOTHING
), thought AS (
  INSERT INTO ${schema}.thoughts (owner, key, response_id, value)
  SELECT $1, key, $2, value FROM ended, unnest($10::text[], $11::text[]) AS thought(key, value)
  ON CONFLICT (owner, key) DO UPDATE SET response_id = excluded.response_id, value = excluded.value
)
SELECT first FROM ended`,

  find: `SELECT input, output, resource FROM ${schema}.responses WHERE ${one} AND ${living}`,

  delete: `DELETE FROM ${schema}.responses WHERE ${one} AND ${living}`,

  /** Takes most bytes. Only ids and sizes travel through the recursion; the texts are joined at its end, unless they are too large. */
  chain: `
WITH RECURSIVE link(id, previous_id, size, depth) AS (
  SELECT id, previous_id, octet_length(input) + octet_length(output), 1 FROM ${schema}.responses WHERE ${one} AND ${living}
  UNION ALL
  SELECT r.id, r.previous_id, octet_length(r.input) + octet_length(r.output), depth + 1
  FROM link JOIN ${schema}.responses r ON r.owner = $1 AND r.id = link.previous_id AND r.${living}
  WHERE depth <= ${maxChainTurns}
), total AS MATERIALIZED (SELECT sum(size) AS bytes FROM link)
SELECT r.id, r.previous_id, r.status, bytes::float8,
  CASE WHEN bytes <= $3::bigint THEN r.input END AS input, CASE WHEN bytes <= $3::bigint THEN r.output END AS output
FROM link JOIN ${schema}.responses r ON r.owner = $1 AND r.id = link.id
CROSS JOIN total ORDER BY depth DESC`,

  /** Takes ids of items, most bytes. */
  findItems: `
WITH holder AS (
  SELECT DISTINCT r.id, octet_length(r.output) AS size FROM ${schema}.output_items i
  JOIN ${schema}.responses r ON r.owner = i.owner AND r.id = i.response_id AND r.${living}
  WHERE i.owner = $1 AND i.item_id = ANY ($2::text[])
), total AS MATERIALIZED (SELECT sum(size) AS bytes FROM holder)
SELECT bytes::float8, CASE WHEN bytes <= $3::bigint THEN r.output END AS output
FROM holder JOIN ${schema}.responses r ON r.owner = $1 AND r.id = holder.id
CROSS JOIN total`,

  /** Takes keys. */
  findThoughts: `
SELECT t.key, t.value FROM ${schema}.thoughts t
JOIN ${schema}.responses r ON r.owner = t.owner AND r.id = t.response_id AND r.${living}
WHERE t.owner = $1 AND t.key = ANY ($2::text[])`,

  /** Takes first, count, batch. */
  append: `
WITH grown AS (
  UPDATE ${schema}.responses SET next_event = $3::integer + $4::integer
  WHERE ${one} AND ${running} AND next_event < $3::integer + $4::integer RETURNING 1
)
INSERT INTO ${schema}.events (owner, response_id, first, count, batch)
SELECT $1, $2, $3::integer, $4::integer, $5 FROM grown`,

  isRunning: `SELECT 1 FROM ${schema}.responses WHERE ${one} AND ${running}`,

  /** Takes a place, and a page's most batches, whose texts are of one snapshot with the state of their response. */
  read: `
SELECT r.status, r.next_event, page.first, page.count, page.batch
FROM ${schema}.responses r LEFT JOIN LATERAL (
  SELECT first, count, batch, sum(octet_length(batch)) OVER (ORDER BY first) - octet_length(batch) AS before
  FROM (
    SELECT first, count, batch FROM ${schema}.events
    WHERE owner = $1 AND response_id = $2 AND first + count > $3::integer AND first >= coalesce((
      SELECT max(first) FROM ${schema}.events WHERE owner = $1 AND response_id = $2 AND first <= $3::integer), 0)
    ORDER BY first LIMIT 200
  ) AS following
) AS page ON page.before < ${PAGE_CHARACTERS}
WHERE r.owner = $1 AND r.id = $2 AND r.${living} ORDER BY page.first`,

  /** Takes replica, how long. */
  renewLease: `
WITH renewed AS (
  INSERT INTO ${schema}.replicas (id, expires_at) VALUES ($1, ${after('$2')})
  ON CONFLICT (id) DO UPDATE SET expires_at = EXCLUDED.expires_at
)
SELECT 1 FROM ${schema}.replicas WHERE id = $1 AND ${living}`,

  endLease: `DELETE FROM ${schema}.replicas WHERE id = $1`,

  orphans: `
SELECT owner, id FROM ${schema}.responses r WHERE ${running} AND NOT EXISTS (
  SELECT FROM ${schema}.replicas WHERE id = r.replica AND ${living}) LIMIT 100`,

  /** Takes value, time to live. */
  createConversation: `
INSERT INTO ${schema}.conversations (owner, id, value, expires_at) VALUES ($1, $2, $3, ${after('$4')})`,

  findConversation: `SELECT value FROM ${schema}.conversations WHERE ${one} AND ${living}`,

  updateConversation: `
UPDATE ${schema}.conversations SET value = $3 WHERE ${one} AND ${living}`,

  deleteConversation: `DELETE FROM ${schema}.conversations WHERE ${one} AND ${living}`,

  /** Takes ids of items, their values, time to live; the row of the conversation keeps other turns waiting until the end. */
  join: `
WITH joined AS (
  UPDATE ${schema}.conversations
  SET next_position = next_position + cardinality($3::text[]), expires_at = ${after('$5')}
  WHERE ${one} AND ${living} RETURNING next_position - cardinality($3::text[]) AS start
), added AS (
  INSERT INTO ${schema}.conversation_items (owner, conversation_id, position, item_id, value)
  SELECT $1, $2, start + place::integer - 1, item_id, value
  FROM joined, unnest($3::text[], $4::text[]) WITH ORDINALITY AS item (item_id, value, place)
  ON CONFLICT DO NOTHING
)
SELECT start FROM joined`,

  /** Takes the id of an item or nothing, and gives its position. */
  locate: `
SELECT (SELECT position FROM ${schema}.conversation_items WHERE ${inConversation} AND item_id = $3) AS position
FROM ${schema}.conversations WHERE ${one} AND ${living}`,

  /** Takes position or nothing, limit. */
  pageForwards: pageOf('ASC', '>'),
  pageBackwards: pageOf('DESC', '<'),

  /** Takes most bytes. */
  items: `
WITH total AS MATERIALIZED (
  SELECT coalesce(sum(octet_length(value)), 0) AS bytes FROM ${schema}.conversation_items WHERE ${inConversation}
)
SELECT bytes::float8, CASE WHEN bytes <= $3::bigint THEN i.value END AS value FROM ${schema}.conversations c
LEFT JOIN ${schema}.conversation_items i ON i.owner = c.owner AND i.conversation_id = c.id
CROSS JOIN total
WHERE c.owner = $1 AND c.id = $2 AND c.${living} ORDER BY i.position`,

  findItem: `
SELECT i.value FROM ${schema}.conversations c
JOIN ${schema}.conversation_items i ON i.owner = c.owner AND i.conversation_id = c.id AND i.item_id = $3
WHERE c.owner = $1 AND c.id = $2 AND c.${living}`,

  deleteItem: `
DELETE FROM ${schema}.conversation_items i USING ${schema}.conversations c
WHERE c.owner = $1 AND c.id = $2 AND c.${living}
AND i.owner = c.owner AND i.conversation_id = c.id AND i.item_id = $3`,

  ping: `SELECT 1 FROM ${schema}.replicas LIMIT 1`,

  sweepReplicas: `DELETE FROM ${schema}.replicas WHERE expires_at <= now()`,
  ...counterStatements,
  sweepResponses: sweepOf('responses'),
  sweepConversations: sweepOf('conversations'),
  sweepFiles: sweepOf('files'),

  ...fileStatements,

  /** Takes texts. */
  notify: `SELECT pg_notify('${schema}', notice) FROM unnest($1::text[]) AS notice`,

  risks: `
SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
  current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`,
} as const;

export type StatementName = keyof typeof statements;

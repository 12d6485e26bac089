import { schema } from './postgres-schema.js';

const files = `${schema}.files`;
const pieces = `${schema}.file_pieces`;
const living = 'owner = $1 AND id = $2 AND expires_at > now()';
const finished = `${living} AND value IS NOT NULL`;
const unfinished = `${living} AND value IS NULL`;
const after = (parameter: string): string =>
  `now() + ${parameter}::float8 * interval '1 millisecond'`;

/** Takes position or nothing, limit, purpose or nothing. */
const pageOf = (order: 'ASC' | 'DESC', beyond: '<' | '>'): string => `
SELECT value FROM ${files} WHERE owner = $1 AND expires_at > now() AND value IS NOT NULL
AND ($2::bigint IS NULL OR position ${beyond} $2) AND ($4::text IS NULL OR purpose = $4)
ORDER BY position ${order} LIMIT $3`;

/** These are the statements for files. Parameters are named above them where they are not columns. */
export const fileStatements = {
  /** Uploads wait for one another for as long as one counts, or together they would go past a limit. */
  lockFiles: `SELECT pg_advisory_xact_lock(7266738)`,

  fileUsage: `
SELECT o.n AS "ownerFiles", o.b AS "ownerBytes", t.n AS "totalFiles", t.b AS "totalBytes" FROM
  (SELECT count(*)::float8 AS n, coalesce(sum(bytes), 0)::float8 AS b FROM ${files} WHERE owner = $1) AS o,
  (SELECT count(*)::float8 AS n, coalesce(sum(bytes), 0)::float8 AS b FROM ${files}) AS t`,

  /** Takes how long it may go without a piece. */
  beginFile: `
INSERT INTO ${files} (owner, id, purpose, bytes, expires_at) VALUES ($1, $2, '', 0, ${after('$3')})`,

  /** Takes how long it may go without a piece, place, value, bytes. */
  appendFile: `
WITH grown AS (
  UPDATE ${files} SET bytes = bytes + $6::integer, expires_at = ${after('$3')} WHERE ${unfinished} RETURNING 1
)
INSERT INTO ${pieces} (owner, file_id, place, value) SELECT $1, $2, $4::integer, $5 FROM grown`,

  /** Takes value, purpose, expiry in seconds. */
  finishFile: `
UPDATE ${files} SET value = $3, purpose = $4, expires_at = to_timestamp($5::float8) WHERE ${unfinished}`,

  findFile: `SELECT value, position::float8 FROM ${files} WHERE ${finished}`,

  pageFilesForwards: pageOf('ASC', '>'),
  pageFilesBackwards: pageOf('DESC', '<'),

  /** Takes place. */
  readFile: `
SELECT p.value FROM ${files} f JOIN ${pieces} p ON p.owner = f.owner AND p.file_id = f.id AND p.place = $3::integer
WHERE f.owner = $1 AND f.id = $2 AND f.expires_at > now() AND f.value IS NOT NULL`,

  deleteFile: `DELETE FROM ${files} WHERE ${living}`,
} as const;

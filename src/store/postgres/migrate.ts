import type pg from 'pg';
import { EnvironmentError } from '../../config/read-environment.js';
import { postgresMigrations, schema } from './postgres-schema.js';

/** Nobody else takes this number for a lock of this database. */
const lock = 7_266_737;

/**
 * Migrates within one transaction, under a lock of the database: of several replicas the first one does, the others wait for it,
 * and a step that fails leaves everything as it was. What is there already needs no right to make it.
 * @throws EnvironmentError for a database that a newer version of this service has written.
 */
export async function migrate(
  client: pg.ClientBase,
  steps: readonly string[] = postgresMigrations,
): Promise<void> {
  await client.query('SET LOCAL statement_timeout = 0');
  await client.query('SELECT pg_advisory_xact_lock($1)', [lock]);
  const version = await currentVersion(client);
  if (version > steps.length) {
    throw new EnvironmentError([
      `STORE_URL: the database was written by a newer version of this service (schema ${version}; this one knows ` +
        `${steps.length}). Start that version, or name another database.`,
    ]);
  }
  if (version === steps.length) return;
  for (const step of steps.slice(version)) await client.query(step);
  await client.query(`UPDATE ${schema}.schema_version SET version = $1`, [steps.length]);
}

async function currentVersion(client: pg.ClientBase): Promise<number> {
  const found = await client.query<{ home: boolean; table: boolean }>(
    `SELECT to_regnamespace('${schema}') IS NOT NULL AS home,
            to_regclass('${schema}.schema_version') IS NOT NULL AS "table"`,
  );
  const [there] = found.rows;
  if (there?.home !== true) await client.query(`CREATE SCHEMA ${schema}`);
  if (there?.table !== true) {
    await client.query(
      `CREATE TABLE ${schema}.schema_version (version integer NOT NULL);
       INSERT INTO ${schema}.schema_version VALUES (0)`,
    );
  }
  const { rows } = await client.query<{ version: number }>(
    `SELECT version FROM ${schema}.schema_version`,
  );
  return rows[0]?.version ?? 0;
}

import type { PostgresDatabase } from './postgres-database.js';

interface Found {
  fsync: string;
  commit: string;
  encoding: string;
  standby: boolean;
}

/** Says what a PostgreSQL is set up to lose or to refuse, a sentence each. */
export async function postgresRisks(database: PostgresDatabase): Promise<string[]> {
  const { rows } = await database.run('risks');
  const { fsync, commit, encoding, standby } = rows[0] as Found;
  const risks: string[] = [];
  if (fsync === 'off') {
    risks.push(
      'PostgreSQL does not wait for its disk (fsync off): a power cut may destroy all that is stored.',
    );
  } else if (commit === 'off') {
    risks.push(
      'PostgreSQL confirms before it writes (synchronous_commit off): its crash loses the last moments.',
    );
  }
  if (encoding !== 'UTF8') {
    risks.push(
      `PostgreSQL keeps text as ${encoding}: what that does not know cannot be stored. Use a UTF8 database.`,
    );
  }
  if (standby) risks.push('PostgreSQL is a standby, which takes no writes: name the primary.');
  return risks;
}

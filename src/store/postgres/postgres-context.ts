import type { RecordCodec } from '../record-codec.js';
import type { PostgresDatabase } from './postgres-database.js';
import type { PostgresNotices } from './postgres-notices.js';
import { toKey } from './to-key.js';

/** Holds what the PostgreSQL stores share. */
export interface PostgresContext {
  database: PostgresDatabase;
  notices: PostgresNotices;
  codec: RecordCodec;
  ttlMs: number;
}

/** Names a response among the notices. */
export function noticeKey(owner: string, id: string): string {
  return `${owner} ${toKey(id)}`;
}

import type { Clock } from '../../common/clock.js';
import type { ChangeEmitter } from '../change-emitter.js';
import type { RecordCodec } from '../record-codec.js';
import type { SqliteDatabase } from './sqlite-database.js';

/** Holds what the SQLite stores share. */
export interface SqliteContext {
  database: SqliteDatabase;
  codec: RecordCodec;
  clock: Clock;
  ttlMs: number;
  changes: ChangeEmitter;
}

export function changeKey(owner: string, id: string): string {
  return `${owner} ${id}`;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqliteDatabase } from '../../src/store/sqlite/sqlite-database.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a SQLite file that may not grow', () => {
  it('says that it is full, and goes on once there is room', () => {
    const database = new SqliteDatabase(join(folder, 'state.db'));
    database.run('CREATE TABLE filler (bytes BLOB)');
    const fill = () =>
      database.transaction(() =>
        database.run('INSERT INTO filler VALUES (randomblob(?))', 4 * 1024 * 1024),
      );
    database.get('PRAGMA max_page_count = 64');
    expect(fill).toThrow(/full/);
    database.get('PRAGMA max_page_count = 100000');
    expect(fill()).toBe(1);
    database.close();
  });
});

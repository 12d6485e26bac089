import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { EnvironmentError } from '../../config/read-environment.js';
import { SqliteDatabase } from './sqlite-database.js';

const first = 'CREATE TABLE notes (text TEXT NOT NULL);';
const second = "ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody';";
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'responses-schema-'));
  path = join(folder, 'r.db');
  const older = new SqliteDatabase(path, [first]);
  older.run('INSERT INTO notes VALUES (?)', 'kept');
  older.close();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Reads what stands in the file when it was opened with these steps. */
function rowsWith(steps: readonly string[]): unknown[] {
  const database = new SqliteDatabase(path, steps);
  try {
    return database.all('SELECT * FROM notes');
  } finally {
    database.close();
  }
}

it('brings a file of an older schema to its own, with what it holds, once', () => {
  const row = { text: 'kept', author: 'nobody' };
  expect(rowsWith([first, second])).toEqual([row]);
  expect(rowsWith([first, second])).toEqual([row]);
});

it('refuses a file of a newer schema in a sentence, and leaves it alone', () => {
  rowsWith([first, second]);
  let refusal: unknown;
  try {
    rowsWith([first]);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(EnvironmentError);
  expect((refusal as EnvironmentError).problems).toEqual([
    expect.stringMatching(/^STORE_URL: .*r\.db was written by a newer version of this service/),
  ]);
  expect(rowsWith([first, second])).toHaveLength(1);
});

it('a step that fails changes nothing', () => {
  expect(() => rowsWith([first, second, 'ALTER TABLE nowhere ADD COLUMN x'])).toThrow('nowhere');
  expect(rowsWith([first])).toEqual([{ text: 'kept' }]);
});

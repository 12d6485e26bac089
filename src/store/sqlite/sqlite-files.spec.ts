import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { sqliteFixture } from '../../../test/store/support/stores.js';
import type { FileStore } from '../file-store.port.js';
import type { ResponseStore } from '../response-store.port.js';

const limits = { ownerBytes: 1e12, ownerFiles: 1e6, totalBytes: 1e12 };
const piecesOfEach = 40;
const owner = 'o';

let fixture: ReturnType<typeof sqliteFixture>;
let store: ResponseStore & { files: FileStore };
let reader: DatabaseSync;

beforeEach(async () => {
  fixture = sqliteFixture();
  store = (await fixture.open()) as typeof store;
  reader = new DatabaseSync(fixture.path, { readOnly: true });
});
afterEach(async () => {
  jest.restoreAllMocks();
  reader.close();
  await store.close();
  await fixture.stop();
});

async function write(id: string, expiresAt: number): Promise<void> {
  await store.files.begin(owner, id, limits);
  for (let place = 0; place < piecesOfEach; place += 1) {
    await store.files.append(owner, id, place, Buffer.from('x'), limits);
  }
  const common = { filename: id, purpose: 'user_data', bytes: piecesOfEach, createdAt: 5 };
  await store.files.finish(owner, { ...common, id, expiresAt });
}

const pieces = (): unknown =>
  reader.prepare('SELECT file_id AS id, count(*) AS n FROM file_pieces GROUP BY file_id').all();

it('one deletion deletes one file, however many have expired', async () => {
  for (const id of ['old_1', 'old_2']) await write(id, 1);
  await write('one', 4_000_000_000);
  await write('other', 4_000_000_000);
  expect(await store.files.delete(owner, 'one')).toBe(true);
  expect(pieces()).toEqual(['old_1', 'old_2', 'other'].map((id) => ({ id, n: piecesOfEach })));
  await store.sweep();
  expect(pieces()).toEqual([{ id: 'other', n: piecesOfEach }]);
});

it('a sweep ends after its time, and the next one does the rest', async () => {
  await write('old', 1);
  // An hour passes at each look at the clock.
  let hours = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => (hours += 1) * 3_600_000);
  await store.sweep();
  const [left] = pieces() as { n: number }[];
  expect(left?.n).toBeGreaterThan(0);
  expect(left?.n).toBeLessThan(piecesOfEach);
  jest.restoreAllMocks();
  await store.sweep();
  expect(pieces()).toEqual([]);
});

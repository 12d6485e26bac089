import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordCodec } from '../record-codec.js';
import { SqliteStore } from './sqlite.store.js';

let folder: string;
let path: string;
let store: SqliteStore;

function open(): SqliteStore {
  const codec = new RecordCodec(undefined);
  return new SqliteStore({ path, codec, clock: { now: () => 0 }, ttlMs: 1_000, maxBytes: 1e9 });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'responses-busy-'));
  path = join(folder, 'r.db');
  store = open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const begin = (id = 'conv_1') =>
  store.conversations.create('owner', { id, createdAt: 1, metadata: { long: 'x'.repeat(500) } });

describe('a file that another process has locked', () => {
  it('is waited for without holding up the thread', async () => {
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const written = begin();
    // This timer can only run while the operation waits if the wait leaves the thread alone.
    const released = new Promise<void>((done) =>
      setTimeout(() => {
        other.exec('COMMIT');
        done();
      }, 50),
    );
    await released;
    await written;
    other.close();
    expect(await store.conversations.find('owner', 'conv_1')).toBeDefined();
  });

  it('is given up after two seconds, with the reason', async () => {
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(begin()).rejects.toThrow('database is locked');
    other.exec('COMMIT');
    other.close();
  });
});

describe('a file that is not the one that was opened', () => {
  it('deleted: nothing is called stored, and the store is unhealthy', async () => {
    rmSync(path);
    await expect(begin()).rejects.toThrow('deleted or replaced');
    await expect(store.ping()).rejects.toThrow('restart the service');
  });

  it('replaced: the same', async () => {
    await store.close();
    renameSync(path, `${path}.first`);
    const second = open();
    renameSync(`${path}.first`, path);
    store = second;
    await expect(begin()).rejects.toThrow('deleted or replaced');
  });

  it.each(['-wal', '-shm'])('only its %s deleted: the same', async (suffix) => {
    rmSync(path + suffix);
    await expect(begin()).rejects.toThrow('deleted or replaced');
    await expect(store.ping()).rejects.toThrow('restart the service');
  });

  it('only its log replaced by a copy: the same', async () => {
    copyFileSync(`${path}-wal`, `${path}-copy`);
    renameSync(`${path}-copy`, `${path}-wal`);
    await expect(begin()).rejects.toThrow('deleted or replaced');
  });

  it('overwritten in its place: the same', async () => {
    writeFileSync(path, 'not a database, but as long as its header');
    await expect(begin()).rejects.toThrow('deleted or replaced');
  });

  it.each([
    ['emptied', () => 0],
    ['cut to a half', (bytes: number) => bytes / 2],
    ['cut by a page', (bytes: number) => bytes - 4096],
  ])('its log %s in its place: the same, and nothing more is written', async (_, left) => {
    await begin();
    truncateSync(`${path}-wal`, left(statSync(`${path}-wal`).size));
    await expect(begin()).rejects.toThrow('deleted or replaced');
    await expect(store.ping()).rejects.toThrow('restart the service');
  });

  it('its log overwritten in its place by an older one: the same', async () => {
    copyFileSync(`${path}-wal`, `${path}-copy`);
    new DatabaseSync(path).exec('PRAGMA wal_checkpoint(TRUNCATE)');
    await begin();
    writeFileSync(`${path}-wal`, readFileSync(`${path}-copy`));
    await expect(store.ping()).rejects.toThrow('deleted or replaced');
  });

  it('cut in its place, or overwritten by an older one: the same', async () => {
    const other = new DatabaseSync(path);
    const checkpoint = () => {
      other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    };
    checkpoint();
    const older = readFileSync(path);
    for (let number = 0; number < 50; number += 1) await begin(`conv_${number}`);
    checkpoint();
    await store.ping();
    const whole = readFileSync(path);
    truncateSync(path, whole.length / 2);
    await expect(store.ping()).rejects.toThrow('deleted or replaced');
    await expect(begin('conv_100')).rejects.toThrow('deleted or replaced');
    writeFileSync(path, whole);
    await expect(store.ping()).resolves.toBeUndefined();
    writeFileSync(path, older);
    await expect(store.ping()).rejects.toThrow('deleted or replaced');
    other.close();
  });

  it('moved away: the same, as soon as its path is looked at again', async () => {
    renameSync(path, `${path}.moved`);
    await expect(
      (async () => {
        for (;;) await store.ping();
      })(),
    ).rejects.toThrow('deleted or replaced');
  });

  it('keeps its log when another process comes and goes, which would be the last one to it without our locks', async () => {
    await begin();
    await store.ping();
    const use =
      "new DatabaseSync(process.argv[1]); file.exec('SELECT * FROM replicas'); file.close()";
    const script = `const { DatabaseSync } = require('node:sqlite'); const file = ${use}`;
    execFileSync(process.execPath, ['-e', script, path]);
    await begin('conv_2');
    await expect(store.ping()).resolves.toBeUndefined();
  });

  it('stays the same when others come, go and empty the log', async () => {
    const other = open();
    await begin();
    await other.close();
    const third = new DatabaseSync(path);
    third.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    await store.ping();
    third.exec('DELETE FROM conversations; VACUUM');
    third.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    third.close();
    await begin();
    await expect(store.ping()).resolves.toBeUndefined();
    expect(await store.conversations.find('owner', 'conv_1')).toBeDefined();
  });
});

import {
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
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

const begin = () =>
  store.conversations.create('owner', { id: 'conv_1', createdAt: 1, metadata: {} });

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

  it('its log emptied in its place: the same, from the next thing written', async () => {
    truncateSync(`${path}-wal`);
    await expect(begin()).rejects.toThrow('deleted or replaced');
    await expect(store.ping()).rejects.toThrow('restart the service');
  });

  it('stays the same when others come, go and empty the log', async () => {
    const other = open();
    await begin();
    await other.close();
    const third = new DatabaseSync(path);
    third.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    third.close();
    await expect(store.ping()).resolves.toBeUndefined();
    expect(await store.conversations.find('owner', 'conv_1')).toBeDefined();
  });
});

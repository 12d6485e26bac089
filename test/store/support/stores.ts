import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../src/common/clock.js';
import { readEnvironment } from '../../../src/config/read-environment.js';
import { toSettings } from '../../../src/config/to-settings.js';
import { bucketFor } from '../../../src/store/bucket/bucket-for.js';
import { MemoryStore } from '../../../src/store/memory/memory.store.js';
import { PostgresStore } from '../../../src/store/postgres/postgres.store.js';
import { RecordCodec } from '../../../src/store/record-codec.js';
import { RedisStore } from '../../../src/store/redis/redis.store.js';
import type { ResponseStore } from '../../../src/store/response-store.port.js';
import type { StoreUnderTestOptions } from '../../../src/testing/store-subject.js';
import { SqliteStore } from '../../../src/store/sqlite/sqlite.store.js';
import { PostgresServer } from './postgres-server.js';
import { S3Server } from './s3-server.js';
import { RedisServer } from './redis-server.js';

/** Puts one technology under test. */
export interface StoreFixture {
  open(options?: StoreUnderTestOptions): Promise<ResponseStore>;
  /** Lets so much time pass for the store. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

const day = 86_400_000;
const mebibyte = 1024 * 1024;

class FakeClock {
  private time = 1_700_000_000_000;
  now(): number {
    return this.time;
  }
  pass(ms: number): Promise<void> {
    this.time += ms;
    return Promise.resolve();
  }
}

export function memoryFixture(): StoreFixture {
  const clock = new FakeClock();
  return {
    open: ({ ttlMs = day, seal } = {}) => {
      const options = { codec: new RecordCodec(seal), clock, ttlMs, maxBytes: 64 * mebibyte };
      return Promise.resolve(new MemoryStore(options));
    },
    pass: (ms) => clock.pass(ms),
    stop: () => Promise.resolve(),
  };
}

/** Makes stores of which every `open` opens the same file, as another process would. */
export function sqliteFixture(): StoreFixture & { path: string; clock: Clock } {
  const folder = mkdtempSync(join(tmpdir(), 'responses-sqlite-'));
  const path = join(folder, 'data', 'responses.db');
  const clock = new FakeClock();
  return {
    path,
    clock,
    open: ({ ttlMs = day, seal } = {}) => {
      const codec = new RecordCodec(seal);
      return Promise.resolve(
        new SqliteStore({ path, codec, clock, ttlMs, maxBytes: 64 * mebibyte }),
      );
    },
    pass: (ms) => clock.pass(ms),
    stop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** Makes stores in SQLite whose files are in one bucket. */
export async function bucketFixture(): Promise<StoreFixture & { server: S3Server; path: string }> {
  const [server, sqlite] = [await S3Server.start(), sqliteFixture()];
  const { files, ...rest } = toSettings(
    readEnvironment({ STORE_URL: `sqlite:${sqlite.path}`, STORE_SECRET: 'a secret of the tests' }),
  );
  const settings = { ...rest, files: { ...files, bucket: server.settings } };
  return {
    ...sqlite,
    server,
    open: async (options = {}) =>
      bucketFor(await sqlite.open(options), {
        settings,
        clock: sqlite.clock,
        seal: options.seal,
        onError: () => undefined,
      }),
    stop: async () => {
      await server.stop();
      await sqlite.stop();
    },
  };
}

export async function redisFixture(): Promise<StoreFixture & { server: RedisServer }> {
  const server = await RedisServer.start();
  return {
    server,
    open: ({ ttlMs = day, seal } = {}) =>
      RedisStore.open({
        codec: new RecordCodec(seal),
        url: server.url,
        keyPrefix: 'test:',
        ttlMs,
        onError: () => undefined,
      }),
    // Redis owns its time.
    pass: (ms) => sleep(ms),
    stop: () => server.stop(),
  };
}

export async function postgresFixture(): Promise<StoreFixture & { server: PostgresServer }> {
  const server = await PostgresServer.start();
  return {
    server,
    open: ({ ttlMs = day, seal } = {}) =>
      PostgresStore.open({
        codec: new RecordCodec(seal),
        url: server.url,
        ttlMs,
        maxConnections: 4,
        onError: () => undefined,
      }),
    // PostgreSQL owns its time.
    pass: (ms) => sleep(ms),
    stop: () => server.stop(),
  };
}

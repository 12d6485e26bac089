import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryStore } from '../../../src/store/memory/memory.store.js';
import { PostgresStore } from '../../../src/store/postgres/postgres.store.js';
import { RecordCodec } from '../../../src/store/record-codec.js';
import { RedisStore } from '../../../src/store/redis/redis.store.js';
import type { ResponseStore } from '../../../src/store/response-store.port.js';
import type { Seal } from '../../../src/store/seal.port.js';
import { SqliteStore } from '../../../src/store/sqlite/sqlite.store.js';
import { PostgresServer } from './postgres-server.js';
import { RedisServer } from './redis-server.js';

export interface OpenOptions {
  ttlMs?: number;
  seal?: Seal;
}

/** Puts one technology under test. */
export interface StoreFixture {
  open(options?: OpenOptions): Promise<ResponseStore>;
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
export function sqliteFixture(): StoreFixture & { path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'responses-sqlite-'));
  const path = join(folder, 'data', 'responses.db');
  const clock = new FakeClock();
  return {
    path,
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

/** AES-256-GCM with a key of this process. */
export function testSeal(key = randomBytes(32)): Seal {
  return {
    seal: (text) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      try {
        return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

import type { Clock } from '../common/clock.js';
import type { Settings } from '../config/settings.js';
import { MemoryStore } from './memory/memory.store.js';
import { noneStore } from './none.store.js';
import { RecordCodec } from './record-codec.js';
import type { ResponseStore } from './response-store.port.js';
import type { Seal } from './seal.port.js';

export interface OpenStoreOptions {
  settings: Settings['store'];
  clock: Clock;
  seal: Seal | undefined;
  onError: (error: Error) => void;
}

/** Opens the store that STORE_URL names. What is not used is not loaded. */
export async function openStore(options: OpenStoreOptions): Promise<ResponseStore> {
  const { settings, clock, seal, onError } = options;
  const { url, ttlMs, maxBytes, maxConnections } = settings;
  const codec = new RecordCodec(seal);
  if (url === 'none:') return noneStore;
  if (url === 'memory:') return new MemoryStore({ codec, clock, ttlMs, maxBytes });
  if (url.startsWith('sqlite:')) {
    const { SqliteStore } = await import('./sqlite/sqlite.store.js');
    const path = url.slice('sqlite:'.length);
    return new SqliteStore({ path, codec, clock, ttlMs, maxBytes });
  }
  if (url.startsWith('postgres')) {
    const { PostgresStore } = await import('./postgres/postgres.store.js');
    return PostgresStore.open({ url, ttlMs, codec, maxConnections, onError });
  }
  const { RedisStore } = await import('./redis/redis.store.js');
  return RedisStore.open({ url, keyPrefix: 'responses-proxy:', ttlMs, codec, onError });
}

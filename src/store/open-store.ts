import { MemoryStore } from './memory/memory.store.js';
import { noneStore } from './none/none.store.js';
import { RecordCodec } from './record-codec.js';
import type { ResponseStore } from './response-store.port.js';
import type { OpenStoreOptions, StoreOpener } from './store-opener.port.js';

/**
 * Opens the store that STORE_URL names. What is not used is not loaded.
 * @param more stores that were added from outside, which are asked first.
 */
export async function openStore(
  options: OpenStoreOptions,
  more: readonly StoreOpener[] = [],
): Promise<ResponseStore> {
  const { settings, clock, seal, onError } = options;
  const { url, ttlMs, maxBytes, maxConnections, filesAreElsewhere } = settings;
  const added = more.find(({ schemes }) => schemes.includes(schemeOf(url)));
  if (added !== undefined) return added.open(options);
  const codec = new RecordCodec(seal);
  if (url === 'none:') return noneStore(clock);
  if (url === 'memory:') return new MemoryStore({ codec, clock, ttlMs, maxBytes });
  if (url.startsWith('sqlite:')) {
    const { SqliteStore } = await import('./sqlite/sqlite.store.js');
    const path = url.slice('sqlite:'.length);
    return new SqliteStore({ path, codec, clock, ttlMs, maxBytes, filesAreElsewhere });
  }
  if (url.startsWith('postgres')) {
    const { PostgresStore } = await import('./postgres/postgres.store.js');
    return PostgresStore.open({ url, ttlMs, codec, maxConnections, onError });
  }
  if (!/^rediss?:/.test(url)) throw new Error(`No store opens ${schemeOf(url)}:`);
  const { RedisStore } = await import('./redis/redis.store.js');
  return RedisStore.open({ url, keyPrefix: 'responses-proxy:', ttlMs, codec, onError });
}

const OWN_SCHEMES = ['memory', 'none', 'sqlite', 'redis', 'rediss', 'postgres', 'postgresql'];

/** Says what is wrong with STORE_URL beside its form, for the one list of problems at the start. */
export function storeProblems(
  { STORE_URL = '' }: Readonly<Record<string, string | undefined>>,
  more: readonly StoreOpener[],
): string[] {
  const scheme = schemeOf(STORE_URL.trim());
  const known = [...more.flatMap(({ schemes }) => schemes), ...OWN_SCHEMES];
  if (scheme === '' || known.includes(scheme)) return [];
  return [`STORE_URL must begin with one of: ${known.join(':, ')}:`];
}

function schemeOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*(?=:)/.exec(url)?.[0] ?? '';
}

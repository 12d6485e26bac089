import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { RecordCodec } from '../../src/store/record-codec.js';
import { RedisStore } from '../../src/store/redis/redis.store.js';
import { RedisServer, redisIsMissing } from './support/redis-server.js';

(redisIsMissing() ? describe.skip : describe)('what a Redis is set up to lose', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  async function risksWith(settings: Record<string, string>): Promise<readonly string[]> {
    const admin = createClient({ url: server.url });
    await admin.connect();
    for (const [name, value] of Object.entries(settings)) await admin.configSet(name, value);
    await admin.close();
    const codec = new RecordCodec(undefined);
    const options = { url: server.url, keyPrefix: 'r:', ttlMs: 1_000, codec };
    const store = await RedisStore.open({ ...options, onError: () => undefined });
    await store.close();
    return store.risks;
  }

  const kept = { appendonly: 'no', save: '900 1', maxmemory: '0' };

  it.each<[string, Record<string, string>, RegExp[]]>([
    ['snapshots', kept, []],
    ['an append-only file', { ...kept, save: '', appendonly: 'yes' }, []],
    ['nothing on disk', { ...kept, save: '' }, [/keeps nothing on disk/]],
    ['a policy without a limit', { ...kept, 'maxmemory-policy': 'allkeys-lru' }, []],
    [
      'keys that make room',
      { ...kept, maxmemory: '100mb', 'maxmemory-policy': 'volatile-lru' },
      [/volatile-lru/],
    ],
  ])('%s', async (_name, settings, expected) => {
    const risks = await risksWith(settings);
    expect(risks).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(risks[index]).toMatch(pattern);
  });
});

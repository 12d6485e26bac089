import type { RecordCodec } from '../record-codec.js';
import type { ResponseStore } from '../response-store.port.js';
import { RedisConnection, type RedisConnectionOptions } from './redis-connection.js';
import { RedisConversations } from './redis-conversations.js';
import { RedisCounters } from './redis-counters.js';
import { RedisFiles } from './redis-files.js';
import { RedisResponses } from './redis-responses.js';
import { redisRisks } from './redis-risks.js';
import { RedisRuns } from './redis-runs.js';

export interface RedisStoreOptions extends RedisConnectionOptions {
  codec: RecordCodec;
}

/** Keeps state that all replicas share, in Redis 7 or Valkey. Redis itself removes what has expired. */
export class RedisStore implements ResponseStore {
  readonly kind = 'redis';
  readonly keepsState = true;
  readonly responses: RedisResponses;
  readonly conversations: RedisConversations;
  readonly runs: RedisRuns;
  readonly counters: RedisCounters;
  readonly files: RedisFiles;

  private constructor(
    private readonly redis: RedisConnection,
    codec: RecordCodec,
    readonly risks: readonly string[],
  ) {
    this.responses = new RedisResponses(redis, codec);
    this.conversations = new RedisConversations(redis, codec);
    this.files = new RedisFiles(redis, codec);
    this.runs = new RedisRuns(redis, codec);
    this.counters = new RedisCounters(redis);
  }

  /** Opens the store. It also resolves when Redis does not answer: it is tried again for ever. */
  static async open({ codec, ...options }: RedisStoreOptions): Promise<RedisStore> {
    const redis = await RedisConnection.open(options);
    // A Redis that is not there yet tells nothing, and is no reason not to start.
    const risks = await redisRisks(redis).catch(() => []);
    return new RedisStore(redis, codec, risks);
  }

  async ping(): Promise<void> {
    await this.redis.client.ping();
  }

  sweep(): Promise<void> {
    return this.files.sweep();
  }

  close(): Promise<void> {
    return this.redis.close();
  }
}

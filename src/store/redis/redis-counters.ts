import type { CounterChange, CounterStore } from '../counter-store.port.js';
import type { RedisConnection } from './redis-connection.js';

export class RedisCounters implements CounterStore {
  constructor(private readonly redis: RedisConnection) {}

  async add(changes: readonly CounterChange[]): Promise<number[]> {
    const values = changes.flatMap(({ key, add, keepMs }) => [key, add, keepMs]);
    return (await this.redis.run('count', '', '', ...values)) as number[];
  }

  async read(keys: readonly string[]): Promise<number[]> {
    if (keys.length === 0) return [];
    const values = await this.redis.client.mGet(keys.map((key) => this.redis.key(`count:${key}`)));
    return values.map((value) => Number(value ?? 0));
  }
}

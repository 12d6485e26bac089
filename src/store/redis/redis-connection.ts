import { createHash } from 'node:crypto';
import { createClient } from 'redis';
import { redisScript, type RedisScriptName } from './redis-scripts.js';

/** The start waits so long for the first connection, and goes on without. */
const firstConnectionMs = 2_000;

export interface RedisConnectionOptions {
  /** Takes `redis://` or `rediss://`, with user and password where needed. */
  url: string;
  keyPrefix: string;
  ttlMs: number;
  /** Is told of lost connections and refused logins. */
  onError: (error: Error) => void;
}

type Client = ReturnType<typeof createRedisClient>;

/** Keeps two connections: one for commands, one that listens. Both come back by themselves; until then commands reject. */
export class RedisConnection {
  private readonly hashes = new Map<RedisScriptName, string>();

  private constructor(
    private readonly options: RedisConnectionOptions,
    readonly client: Client,
    private readonly subscriber: Client,
  ) {}

  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const client = createRedisClient(options.url, options.onError);
    const subscriber = createRedisClient(options.url, options.onError);
    const connected = Promise.allSettled([client.connect(), subscriber.connect()]);
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise((resolve) => (timer = setTimeout(resolve, firstConnectionMs)));
    await Promise.race([connected, waited]);
    clearTimeout(timer);
    return new RedisConnection(options, client, subscriber);
  }

  key(name: string): string {
    return this.options.keyPrefix + name;
  }

  async run(
    script: RedisScriptName,
    owner: string,
    id: string,
    ...values: (string | number)[]
  ): Promise<unknown> {
    const { keyPrefix, ttlMs } = this.options;
    const args = [keyPrefix, owner, id, String(ttlMs), ...values.map(String)];
    try {
      return await this.client.evalSha(this.hashOf(script), { arguments: args });
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw error;
      return await this.client.eval(redisScript(script), { arguments: args });
    }
  }

  async listen(channel: string, listener: (message: string) => void): Promise<() => void> {
    await this.subscriber.subscribe(channel, listener);
    return () => {
      // A connection that is gone has nothing to unsubscribe from.
      this.subscriber.unsubscribe(channel, listener).catch(() => undefined);
    };
  }

  async close(): Promise<void> {
    await Promise.all([end(this.client), end(this.subscriber)]);
  }

  private hashOf(script: RedisScriptName): string {
    let hash = this.hashes.get(script);
    if (hash === undefined) {
      hash = createHash('sha1').update(redisScript(script)).digest('hex');
      this.hashes.set(script, hash);
    }
    return hash;
  }
}

function createRedisClient(url: string, onError: (error: Error) => void) {
  const client = createClient({
    url,
    // A command that waits for a connection would hold up a response, so it is better to fail and go on without the store.
    disableOfflineQueue: true,
    pingInterval: 10_000,
    socket: {
      connectTimeout: 2_000,
      socketTimeout: 30_000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2_000),
    },
  });
  client.on('error', onError);
  return client;
}

/** Waits for commands on their way; a connection that is not there is dropped. */
async function end(client: Client): Promise<void> {
  if (client.isReady) await client.close();
  else if (client.isOpen) client.destroy();
}

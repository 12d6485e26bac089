import type { RedisConnection } from './redis-connection.js';

/**
 * Says what a Redis is set up to lose, a sentence each: keys that make room for others (`maxmemory-policy` other than
 * `noeviction`, under a `maxmemory`), and everything at its restart (neither AOF nor RDB). Managed services may refuse `CONFIG`:
 * what they do not tell is no risk here.
 */
export async function redisRisks({ client }: RedisConnection): Promise<string[]> {
  const info = await client.info();
  const saved = await client.configGet('save').catch(() => undefined);
  const policy = valueOf(info, 'maxmemory_policy') ?? 'noeviction';
  const risks: string[] = [];
  if (policy !== 'noeviction' && (valueOf(info, 'maxmemory') ?? '0') !== '0') {
    risks.push(
      `Redis drops keys when its memory is full (maxmemory-policy ${policy}): use noeviction.`,
    );
  }
  if (valueOf(info, 'aof_enabled') === '0' && saved?.save === '') {
    risks.push(
      'Redis keeps nothing on disk (appendonly no, save ""): a restart of it loses all that is stored.',
    );
  }
  return risks;
}

/** Reads `name:value` on a line of its own. */
function valueOf(info: string, name: string): string | undefined {
  const line = info.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

import { expect, it } from '@jest/globals';
import type { Settings } from './settings.js';
import { whatIsLost } from './what-is-lost.js';

const secret = 'one secret for all replicas';

it.each<[url: string, secret: string | undefined, keys: string[], named: string[]]>([
  ['memory:', undefined, [], ['STORE_URL', 'SEAL_KEYS']],
  ['memory:', secret, [secret], ['STORE_URL']],
  ['sqlite:./data/r.db', undefined, [secret], ['STORE_SECRET']],
  ['redis://redis:6379', undefined, [], ['STORE_SECRET', 'SEAL_KEYS']],
  ['redis://redis:6379', secret, [secret], []],
  ['none:', undefined, [], ['SEAL_KEYS']],
])('%s with the secret %s and the keys %j', (url, storeSecret, keys, named) => {
  const store = { url, secret: storeSecret } as Settings['store'];
  const lost = whatIsLost({ store, sealing: { keys } });
  expect(lost.map((sentence) => sentence.split(' ')[0])).toEqual(named);
});

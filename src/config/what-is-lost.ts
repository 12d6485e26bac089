import type { Settings } from './settings.js';

/** Says what will not survive a restart of this process, or is unknown to another replica, in a sentence for each setting. */
export function whatIsLost({ store, sealing }: Pick<Settings, 'store' | 'sealing'>): string[] {
  const lost: string[] = [];
  if (store.url === 'memory:') {
    lost.push(
      'STORE_URL is memory: stored responses and conversations are gone after a restart and unknown to other replicas.',
    );
  } else if (store.url !== 'none:' && store.secret === undefined) {
    lost.push(
      'STORE_SECRET is not set: after a restart, and on other replicas, nobody finds what is stored now.',
    );
  }
  if (sealing.keys.length === 0) {
    lost.push(
      'SEAL_KEYS is not set: reasoning and compactions that clients carry cannot be opened after a restart or by other replicas.',
    );
  }
  return lost;
}

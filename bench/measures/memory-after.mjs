import { setTimeout as delay } from 'node:timers/promises';
import { Load } from '../support/load.mjs';
import { residentKilobytes, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { startProxy } from '../support/targets.mjs';

export const rushedStreams = 2000;
export const restSeconds = 60;

/**
 * Starts a proxy of its own in the default configuration, and gives its resident megabytes before 2,000 streams at once, behind
 * them, and when it has rested.
 */
export async function measureMemoryAfter(backend, dist) {
  const proxy = await startProxy(backend, dist);
  const megabytes = () => residentKilobytes(proxy.pid) / 1024;
  try {
    const before = megabytes();
    const load = new Load(proxy.url, rushedStreams);
    const body = smallRequest('slow-20-200', true).response;
    await load.run(body, rushedStreams, checkers.responseStream(20));
    await load.close();
    const behind = megabytes();
    await delay(restSeconds * 1000);
    return { before, behind, rested: megabytes() };
  } finally {
    await stopServer(proxy);
  }
}

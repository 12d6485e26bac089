import { URL } from 'node:url';
import { Load } from '../support/load.mjs';
import { cpuOfTree, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { startProxy } from '../support/targets.mjs';

const chunks = 10_000;

/**
 * Measures what a chunk costs of a backend that speaks chat, and of one that speaks Responses, in turn in every round. Returns
 * microseconds of CPU per chunk for each round.
 */
export async function measureResponsesBackend(backend, dist, { rounds, scale }) {
  const proxies = await Promise.all(
    ['chat', 'responses'].map(async (api) => {
      const BACKEND_URL = api === 'chat' ? backend.url : new URL('/v1', backend.url).href;
      const proxy = await startProxy(backend, dist, { env: { BACKEND_API: api, BACKEND_URL } });
      return { api, proxy, load: new Load(proxy.url, 8) };
    }),
  );
  const requests = Math.ceil(30 * scale);
  const body = smallRequest(`chunks-${chunks}`, true).response;
  const results = [];
  for (let round = -1; round < rounds; round++) {
    const costs = {};
    for (const { api, proxy, load } of proxies) {
      const before = cpuOfTree(proxy.pid);
      await load.run(body, requests, checkers.responseStream(chunks));
      costs[api] = (cpuOfTree(proxy.pid) - before) / requests / chunks;
    }
    if (round >= 0) results.push(costs);
  }
  await Promise.all(proxies.map(({ load }) => load.close()));
  await Promise.all(proxies.map(({ proxy }) => stopServer(proxy)));
  return results;
}

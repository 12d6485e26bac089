import { URL } from 'node:url';
import { Load } from '../support/load.mjs';
import { cpuOfTree, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { startProxy } from '../support/targets.mjs';

const chunks = 10_000;
const operatorKey = 'operator-key-0123456789';
const sharedKey = 'shared-key-0123456789';

/**
 * Measures what a chunk costs of a backend that speaks chat, of one that speaks Responses, and of a chat backend whose answers are
 * searched for the operator's key, in turn in every round. Returns microseconds of CPU per chunk for each round.
 */
export async function measureBursts(backend, dist, { rounds, scale }) {
  const kinds = [
    { name: 'chat', env: {} },
    {
      name: 'responses',
      env: { BACKEND_API: 'responses', BACKEND_URL: new URL('/v1', backend.url).href },
    },
    {
      name: 'searched',
      env: { BACKEND_API_KEY: operatorKey, PROXY_API_KEYS: sharedKey },
      key: sharedKey,
    },
  ];
  const proxies = await Promise.all(
    kinds.map(async ({ name, env, key }) => {
      const proxy = await startProxy(backend, dist, { env });
      return { name, proxy, load: new Load(proxy.url, 8, key) };
    }),
  );
  const requests = Math.ceil(30 * scale);
  const body = smallRequest(`chunks-${chunks}`, true).response;
  const results = [];
  // The first round warms the engine up.
  for (let round = -1; round < rounds; round++) {
    const costs = {};
    for (const { name, proxy, load } of proxies) {
      const before = cpuOfTree(proxy.pid);
      await load.run(body, requests, checkers.responseStream(chunks));
      costs[name] = (cpuOfTree(proxy.pid) - before) / requests / chunks;
    }
    if (round >= 0) results.push(costs);
  }
  await Promise.all(proxies.map(({ load }) => load.close()));
  await Promise.all(proxies.map(({ proxy }) => stopServer(proxy)));
  return results;
}

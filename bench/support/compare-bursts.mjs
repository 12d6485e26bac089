import { Load } from './load.mjs';
import { cpuOfTree, stopServer } from './processes.mjs';
import { smallRequest } from './requests.mjs';
import { checkers } from './script.mjs';
import { startProxy } from './targets.mjs';

const chunks = 10_000;

/**
 * Measures answers of many chunks that come at once, at services that differ in `env`, in turn in every round. Callers send the
 * `key`. Returns microseconds of CPU per chunk by their names, for each round.
 */
export async function compareBursts(backend, dist, kinds, { rounds, scale }) {
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

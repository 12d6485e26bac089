import { Load } from './load.mjs';
import { cpuOfTree, stopServer } from './processes.mjs';
import { smallRequest } from './requests.mjs';
import { checkers } from './script.mjs';
import { startProxy } from './targets.mjs';

const chunks = 20;
/** The engine compiles nothing more for a small request after so many. */
const warmUpRequests = 6_000;

/**
 * Measures a small streamed request at services that differ in `dist` and `env`, in turn in every round. Callers send the `key`.
 * Returns microseconds of CPU per request by their names, for each round.
 */
export async function compareServices(backend, kinds, { rounds, scale }) {
  const proxies = await Promise.all(
    kinds.map(async ({ name, dist, env, key }) => {
      const proxy = await startProxy(backend, dist, { env });
      return { name, proxy, load: new Load(proxy.url, 8, key) };
    }),
  );
  const requests = Math.ceil(4_000 * scale);
  const body = smallRequest(`chunks-${chunks}`, true).response;
  const check = checkers.responseStream(chunks);
  const results = [];
  for (const { load } of proxies) await load.run(body, Math.ceil(warmUpRequests * scale), check);
  for (let round = 0; round < rounds; round++) {
    const costs = {};
    for (const { name, proxy, load } of proxies) {
      const before = cpuOfTree(proxy.pid);
      await load.run(body, requests, check);
      costs[name] = (cpuOfTree(proxy.pid) - before) / requests;
    }
    results.push(costs);
  }
  await Promise.all(proxies.map(({ load }) => load.close()));
  await Promise.all(proxies.map(({ proxy }) => stopServer(proxy)));
  return results;
}

import { fileURLToPath, URL } from 'node:url';
import { Load } from '../support/load.mjs';
import { cpuOfTree, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { startProxy } from '../support/targets.mjs';

const chunks = 10_000;
const kinds = { none: undefined, absent: 'no-events-hook', present: 'events-hook' };

/**
 * Measures what a hook costs per chunk: services without a plugin, with a hook that sees no events, and with one that sees
 * them all, in turn in every round. Returns microseconds of CPU per chunk for each round.
 */
export async function measureHooks(backend, dist, { rounds, scale }) {
  const proxies = await Promise.all(
    Object.entries(kinds).map(async ([name, plugin]) => {
      const proxy = await startProxy(backend, dist, { env: { PLUGINS: pathOf(plugin) } });
      return { name, proxy, load: new Load(proxy.url, 8) };
    }),
  );
  const requests = Math.ceil(30 * scale);
  const body = smallRequest(`chunks-${chunks}`, true).response;
  const results = [];
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

function pathOf(plugin) {
  if (plugin === undefined) return '';
  return fileURLToPath(new URL(`../targets/plugins/${plugin}.mjs`, import.meta.url));
}

import { Load } from '../support/load.mjs';
import { cpuOfTree, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { startProxy } from '../support/targets.mjs';

const chunks = 20;
/** The engine compiles nothing more for a small request after so many. */
const warmUpRequests = 6_000;

/**
 * Measures what the inspector costs a small streamed request: services where it is off and where it is on, and other builds, in
 * turn in every round. Returns microseconds of CPU per request for each round.
 */
export async function measureInspector(backend, { dist, builds, rounds, scale }) {
  const kinds = [
    { name: 'off', dist, env: {} },
    { name: 'on', dist, env: { INSPECTOR: 'true' } },
    ...builds.map((build) => ({ ...build, env: {} })),
  ];
  const proxies = await Promise.all(
    kinds.map(async ({ name, dist: folder, env }) => {
      const proxy = await startProxy(backend, folder, { env });
      return { name, proxy, load: new Load(proxy.url, 8) };
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

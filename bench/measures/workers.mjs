import { Load } from '../support/load.mjs';
import { childrenOf, cpuOf, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { startProxy } from '../support/targets.mjs';
import { warmUpRequests } from '../support/warm-up.mjs';

/**
 * Gives the throughput of two workers over one, as the CPU times tell it: load, backend and proxy share this machine's cores, so
 * the wall clock cannot. One process serves at most 1 / (CPU of a request); two at most 2 / (CPU of a request in all of them),
 * and no more than the primary, which hands the connections on, can take.
 */
export async function measureWorkers(backend, dist, { rounds, scale }) {
  // Workers do not share memory, so neither keeps what it answers.
  const env = { STORE_URL: 'none:' };
  const one = await startProxy(backend, dist, { env });
  const two = await startProxy(backend, dist, { env: { ...env, WEB_CONCURRENCY: '2' } });
  const loads = [new Load(one.url, 32), new Load(two.url, 32)];
  const ratios = [];
  await bottleneck(one, loads[0], warmUpRequests * Math.min(1, scale));
  await bottleneck(two, loads[1], 2 * warmUpRequests * Math.min(1, scale));
  for (let round = 0; round < rounds; round++) {
    const single = await bottleneck(one, loads[0], 3000 * scale);
    const shared = await bottleneck(two, loads[1], 3000 * scale);
    ratios.push(single / shared);
  }
  await Promise.all(loads.map((load) => load.close()));
  await stopServer(one);
  await stopServer(two);
  return ratios;
}

/** Gives the microseconds of CPU per request that bound the throughput: a worker's share, or the primary's if that is more. */
async function bottleneck({ pid }, load, requests) {
  const count = Math.ceil(requests);
  const [primary, ...workers] = [pid, ...childrenOf(pid)];
  const cpu = () => [cpuOf(primary), sum(workers.map(cpuOf))];
  const before = cpu();
  const body = smallRequest('chunks-20', true).response;
  await load.run(body, count, checkers.responseStream(20));
  const [own, shared] = cpu().map((time, index) => (time - before[index]) / count);
  return Math.max(own, shared / Math.max(1, workers.length));
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

import { Load } from '../support/load.mjs';
import { childrenOf, cpuOf, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { startProxy } from '../support/targets.mjs';

/**
 * Throughput of two workers over one, as the CPU times give it: load, backend and proxy share this machine's cores, so
 * the wall clock cannot. One process serves at most 1 / (CPU of a request); several at most 1 / (CPU that the busiest
 * of them spends per request), whatever they share included.
 */
export async function measureWorkers(backend, dist, { rounds, scale }) {
  const one = await startProxy(backend, dist);
  const two = await startProxy(backend, dist, { env: { WEB_CONCURRENCY: '2' } });
  const loads = [new Load(one.url, 32), new Load(two.url, 32)];
  const ratios = [];
  for (let round = -1; round < rounds; round++) {
    const single = await busiest(one, loads[0], scale);
    const shared = await busiest(two, loads[1], scale);
    if (round >= 0) ratios.push(single / shared);
  }
  await Promise.all(loads.map((load) => load.close()));
  await stopServer(one);
  await stopServer(two);
  return ratios;
}

/** Microseconds of CPU per request in the process that spends most. */
async function busiest({ pid }, load, scale) {
  const count = Math.ceil(1500 * scale);
  const processes = [pid, ...childrenOf(pid)];
  const before = processes.map(cpuOf);
  const body = smallRequest('chunks-20', true).response;
  await load.run(body, count, checkers.responseStream(20));
  return Math.max(...processes.map((one, index) => cpuOf(one) - before[index])) / count;
}

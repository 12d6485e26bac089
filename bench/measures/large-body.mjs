import { Load } from '../support/load.mjs';
import { ask, cpuOfTree, startServer, stopServer } from '../support/processes.mjs';
import { codexRequest, smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';

/**
 * Measures the CPU of a 250 KB request before the backend is called: what it costs more than a small request with the same
 * answer, over JSON.parse and JSON.stringify of its body. Receiving and sending the bytes are in it.
 */
export async function measureLargeBody(proxy, { rounds, scale }) {
  const yardstick = await startServer('../targets/json-round-trip.mjs');
  const load = new Load(proxy.url, 8);
  const check = checkers.responseStream(1);
  const small = smallRequest('chunks-1', true).response;
  const large = codexRequest('chunks-1');
  const requests = Math.ceil(150 * scale);
  const results = [];
  for (let round = -1; round < rounds; round++) {
    const smallCpu = await cpuPer(requests, proxy.pid, () => load.run(small, requests, check));
    const largeCpu = await cpuPer(requests, proxy.pid, () => load.run(large, requests, check));
    const json = await cpuPer(requests, yardstick.pid, () => ask(yardstick, requests));
    if (round >= 0) results.push({ body: largeCpu - smallCpu, json });
  }
  await load.close();
  await stopServer(yardstick);
  return { results, bytes: large.length };
}

async function cpuPer(count, pid, work) {
  const before = cpuOfTree(pid);
  await work();
  return (cpuOfTree(pid) - before) / count;
}

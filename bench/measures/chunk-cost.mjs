import { Load } from '../support/load.mjs';
import { cpuOfTree } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';

const sizes = [
  { chunks: 1, requests: 1500 },
  { chunks: 100, requests: 1500 },
  { chunks: 10_000, requests: 30 },
];

/**
 * Measures the CPU of one more chunk, in microseconds, in streams of 100 and of 10,000 chunks: the cost of a request is taken
 * off.
 */
export async function measureChunkCost(proxy, { rounds, scale }) {
  const load = new Load(proxy.url, 8);
  const results = [];
  for (let round = -1; round < rounds; round++) {
    const costs = new Map();
    for (const { chunks, requests } of sizes) {
      const count = Math.ceil(requests * scale);
      const before = cpuOfTree(proxy.pid);
      const body = smallRequest(`chunks-${chunks}`, true).response;
      await load.run(body, count, checkers.responseStream(chunks));
      costs.set(chunks, (cpuOfTree(proxy.pid) - before) / count);
    }
    const perChunk = (chunks) => (costs.get(chunks) - costs.get(1)) / (chunks - 1);
    if (round >= 0) results.push({ short: perChunk(100), long: perChunk(10_000) });
  }
  await load.close();
  return results;
}

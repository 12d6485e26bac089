import { Load } from '../support/load.mjs';
import { cpuOfTree } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { inTurn } from '../support/rounds.mjs';
import { delaysIn, stampedChunksOf } from '../support/script.mjs';
import { quantile } from '../support/statistics.mjs';
import { warmUp } from '../support/warm-up.mjs';

/** A model that is read along has this pace: 50 tokens a second. */
export const tokensPerSecond = 50;

/** These streams each bring one chunk per read, which is what an operator pays for: 10,000 chunks a second together. */
export const trickles = [
  {
    name: 'trickle, 200 streams',
    streams: 200,
    requests: 400,
    chunks: 200,
    delayMs: 1000 / tokensPerSecond,
  },
  { name: 'trickle, 2,000 streams', streams: 2000, requests: 4000, chunks: 10, delayMs: 200 },
];

/**
 * Measures for each trickle and target the microseconds of CPU per chunk, the share of the requests included, and the p99 of the
 * milliseconds between the backend's write of a chunk and its arrival at the client, in each round.
 */
export async function measureTrickle(targets, { rounds, scale, scenario: wanted }) {
  const results = new Map();
  for (const target of targets) await warmUp(target, scale);
  for (const trickle of trickles) {
    if (wanted !== undefined && wanted !== trickle.name) continue;
    const byTarget = new Map(targets.map(({ name }) => [name, { cpu: [], p99: [] }]));
    for (let round = -1; round < rounds; round++) {
      for (const target of inTurn(targets, round)) {
        const { cpu, p99 } = await runOnce(trickle, target);
        if (round < 0) continue;
        byTarget.get(target.name).cpu.push(cpu);
        byTarget.get(target.name).p99.push(p99);
      }
    }
    results.set(trickle.name, byTarget);
  }
  return results;
}

/** Runs the streams on new connections: a server closes those that wait for other targets. */
async function runOnce({ streams, requests, chunks, delayMs }, { kind, pid, url }) {
  const load = new Load(url, streams);
  const body = smallRequest(`trickle-${chunks}-${delayMs}`, true)[kind];
  const delays = [];
  const before = pid === undefined ? 0 : cpuOfTree(pid);
  const check = (text) => {
    const arrived = stampedChunksOf(text, kind);
    if (arrived !== chunks) throw new Error(`${arrived} of ${chunks} chunks arrived.`);
  };
  await load.run(body, requests, check, (bytes) => {
    for (const delay of delaysIn(bytes, kind)) delays.push(delay);
  });
  const cpu = pid === undefined ? 0 : (cpuOfTree(pid) - before) / requests / chunks;
  await load.close();
  return { cpu, p99: quantile(delays, 0.99) };
}

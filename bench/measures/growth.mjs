import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { Load } from '../support/load.mjs';
import { cpuOfTree, residentKilobytes } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { delaysIn, stampedChunksOf } from '../support/script.mjs';
import { quantile } from '../support/statistics.mjs';
import { warmUp } from '../support/warm-up.mjs';
import { tokensPerSecond } from './trickle.mjs';

/** So many streams are open at once, with two chunks a second each. */
const openStreams = [100, 500, 1000, 2000, 5000];
const slowPace = { chunks: 12, delayMs: 500 };

/** These are tried one after the other, with the pace of a model that is read along. */
const fastStreams = [25, 50, 100, 150, 200, 300, 400, 600, 800, 1200, 1600];
const fastPace = { chunks: 3 * tokensPerSecond, delayMs: 1000 / tokensPerSecond };

/** A process carries so many streams as add no more than this to the p99 of the delay, in milliseconds. */
export const carriedWithinMs = 50;

/** The load opens its streams in so many steps, since it is not the rush at the beginning that is measured. */
const openingSteps = 20;

/**
 * Gives for each target a point for each number of streams: the microseconds of CPU per chunk, the p99 of the milliseconds that a
 * chunk takes longer than without a proxy, and the resident kilobytes behind it.
 */
export async function measureGrowth(direct, targets, { scale, mostStreams }) {
  const points = new Map(targets.map(({ name }) => [name, []]));
  for (const target of targets) await warmUp(target, scale);
  for (const streams of openStreams.filter((count) => count <= mostStreams)) {
    try {
      const bare = await runOnce(direct, streams, slowPace);
      for (const target of targets) {
        const { cpu, p99 } = await runOnce(target, streams, slowPace);
        const resident = residentKilobytes(target.pid);
        points.get(target.name).push({ streams, cpu, added: p99 - bare.p99, resident });
      }
    } catch (error) {
      process.stderr.write(`growth, ${streams} streams: ${error.stack}\n`);
      break;
    }
  }
  return points;
}

/** Gives for each target how many streams of 50 tokens a second one process carried, and the CPU per chunk with that many. */
export async function measureCapacity(direct, targets, { scale }) {
  const carried = new Map();
  for (const target of targets) {
    await warmUp(target, scale);
    carried.set(target.name, { streams: 0, cpu: 0, added: 0 });
    for (const streams of fastStreams) {
      const bare = await runOnce(direct, streams, fastPace);
      const { cpu, p99 } = await runOnce(target, streams, fastPace);
      const added = p99 - bare.p99;
      if (added > carriedWithinMs) break;
      carried.set(target.name, { streams, cpu, added });
    }
  }
  return carried;
}

/** Counts from the moment at which all streams have begun, until the last has ended. */
async function runOnce({ url, kind, pid }, streams, { chunks, delayMs }) {
  const load = new Load(url, streams);
  const body = smallRequest(`trickle-${chunks}-${delayMs}`, true)[kind];
  const delays = [];
  let opened = 0;
  let cpuAtStart = 0;
  const client = async (index) => {
    await delay((index % openingSteps) * (delayMs / openingSteps));
    const text = await load.request(
      body,
      () => {
        if (++opened === streams && pid !== undefined) cpuAtStart = cpuOfTree(pid);
      },
      (bytes) => {
        if (opened === streams) for (const one of delaysIn(bytes, kind)) delays.push(one);
      },
    );
    if (stampedChunksOf(text, kind) !== chunks) throw new Error('A stream is not whole.');
  };
  await Promise.all(Array.from({ length: streams }, (_, index) => client(index)));
  const cpu = pid === undefined ? 0 : (cpuOfTree(pid) - cpuAtStart) / delays.length;
  await load.close();
  return { cpu, p99: quantile(delays, 0.99) };
}

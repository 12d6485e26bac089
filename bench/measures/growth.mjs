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
const slowMs = 500;

/** These are tried one after the other, with the pace of a model that is read along. */
const fastStreams = [25, 50, 100, 150, 200, 300, 400, 600, 800, 1200, 1600];
const fastMs = 1000 / tokensPerSecond;

/** A process carries so many streams as add no more than this to the p99 of the delay, in milliseconds. */
export const carriedWithinMs = 50;

const attempts = 3;

/** The load opens so many streams a second, since it is not a rush that is measured. */
const openedPerSecond = 500;

/** What waited while the last streams were opened is worked off after so many milliseconds, and then it is counted for so many. */
const settlingMs = 500;
const countingMs = 4_000;

/**
 * Gives for each target a point for each number of streams: the microseconds of CPU per chunk, the p99 of the milliseconds that a
 * chunk takes longer than without a proxy, and the resident kilobytes behind it.
 */
export async function measureGrowth(direct, targets, { scale, mostStreams }) {
  const points = new Map(targets.map(({ name }) => [name, []]));
  for (const target of targets) await warmUp(target, scale);
  for (const streams of openStreams.filter((count) => count <= mostStreams)) {
    try {
      const bare = await runOnce(direct, streams, slowMs);
      for (const target of targets) {
        const { cpu, p99 } = await runOnce(target, streams, slowMs);
        const added = p99 - bare.p99;
        if (!Number.isFinite(added))
          throw new Error(`${target.name} or the backend did not open them all.`);
        const resident = residentKilobytes(target.pid);
        points.get(target.name).push({ streams, cpu, added, resident });
      }
    } catch (error) {
      process.stderr.write(`growth, ${streams} streams: ${error.stack}\n`);
      break;
    }
  }
  return points;
}

/** Tries a number of streams again where it did not go: a garbage collection of any process on the machine is 1 % of the chunks. */
async function carriedBy(direct, target, streams) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const bare = await runOnce(direct, streams, fastMs);
    const { cpu, p99 } = await runOnce(target, streams, fastMs);
    const added = p99 - bare.p99;
    if (Number.isFinite(added) && added <= carriedWithinMs) return { cpu, added };
  }
  return undefined;
}

/** Gives for each target how many streams of 50 tokens a second one process carried, and the CPU per chunk with that many. */
export async function measureCapacity(direct, targets, { scale }) {
  const carried = new Map();
  for (const target of targets) {
    await warmUp(target, scale);
    carried.set(target.name, { streams: 0, cpu: 0, added: 0 });
    for (const streams of fastStreams) {
      const carries = await carriedBy(direct, target, streams);
      if (carries === undefined) break;
      carried.set(target.name, { streams, ...carries });
    }
  }
  return carried;
}

/**
 * Opens streams of one chunk every `delayMs`, and counts while all of them are open: from a moment after the last has begun until
 * the first ends. A target that is not done with the opening by then does not carry them.
 */
async function runOnce({ url, kind, pid }, streams, delayMs) {
  const load = new Load(url, streams);
  const openingMs = (1000 * streams) / openedPerSecond;
  const chunks = Math.ceil((openingMs + settlingMs + countingMs) / delayMs);
  const body = smallRequest(`trickle-${chunks}-${delayMs}`, true)[kind];
  const delays = [];
  let opened = 0;
  let state = 'opening';
  let cpu = 0;
  const used = () => (pid === undefined ? 0 : cpuOfTree(pid));
  const count = async () => {
    await delay(settlingMs);
    if (state !== 'opening') return;
    state = 'counting';
    cpu = -used();
  };
  const end = () => {
    if (state === 'counting') cpu += used();
    state = 'ended';
  };
  const client = async (index) => {
    await delay((index / streams) * openingMs);
    const text = await load.request(
      body,
      () => {
        if (++opened === streams) void count();
      },
      (bytes) => {
        if (state === 'counting') for (const one of delaysIn(bytes, kind)) delays.push(one);
      },
    );
    end();
    if (stampedChunksOf(text, kind) !== chunks) throw new Error('A stream is not whole.');
  };
  await Promise.all(Array.from({ length: streams }, (_, index) => client(index)));
  await load.close();
  if (delays.length === 0) return { cpu: 0, p99: Infinity };
  return { cpu: cpu / delays.length, p99: quantile(delays, 0.99) };
}

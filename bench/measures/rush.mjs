import { Load } from '../support/load.mjs';
import { smallRequest } from '../support/requests.mjs';
import { inTurn } from '../support/rounds.mjs';
import { checkers, stampedChunksOf } from '../support/script.mjs';
import { quantile } from '../support/statistics.mjs';
import { warmUp } from '../support/warm-up.mjs';

/** So many streams begin at the same moment. */
export const rushStreams = 600;

/** Beside so many streams of 50 tokens a second one client asks again and again. */
export const busyStreams = 200;
const busyChunks = 400;
const busyPaceMs = 20;

/** Gives for each target and round the p99 of the milliseconds to the first event when many streams begin at once. */
export async function measureRush(targets, { rounds, scale }) {
  for (const target of targets) await warmUp(target, scale);
  const results = new Map(targets.map(({ name }) => [name, []]));
  const loads = targets.map((target) => ({ target, load: new Load(target.url, rushStreams) }));
  for (let round = -1; round < rounds; round++) {
    for (const { target, load } of inTurn(loads, round)) {
      const times = [];
      const body = smallRequest('slow-5-100', true)[target.kind];
      const check = checkers[`${target.kind}Stream`](5);
      const client = async () => check(await load.request(body, (ms) => times.push(ms)));
      await Promise.all(Array.from({ length: rushStreams }, client));
      if (round >= 0) results.get(target.name).push(quantile(times, 0.99));
    }
  }
  await Promise.all(loads.map(({ load }) => load.close()));
  return results;
}

/** Gives the same while a target carries many streams; the targets are warm from the rush. */
export async function measureBusyFirstEvent(targets, { rounds }) {
  const results = new Map(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const target of inTurn(targets, round))
      results.get(target.name).push(await busyFirstEvent(target));
  }
  return results;
}

async function busyFirstEvent({ url, kind }) {
  const streams = new Load(url, busyStreams);
  const asking = new Load(url, 1);
  const trickle = smallRequest(`trickle-${busyChunks}-${busyPaceMs}`, true)[kind];
  let opened = 0;
  let running = true;
  const client = async () => {
    const text = await streams.request(trickle, () => (opened += 1));
    if (stampedChunksOf(text, kind) !== busyChunks) throw new Error('A stream is not whole.');
  };
  const carried = Promise.all(Array.from({ length: busyStreams }, client)).finally(() => {
    running = false;
  });
  const times = [];
  const short = smallRequest('chunks-20', true)[kind];
  while (running) {
    let time = 0;
    const text = await asking.request(short, (ms) => (time = ms));
    checkers[`${kind}Stream`](20)(text);
    if (running && opened === busyStreams) times.push(time);
  }
  await carried;
  await Promise.all([streams.close(), asking.close()]);
  return quantile(times, 0.99);
}

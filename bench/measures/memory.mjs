import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { URL } from 'node:url';
import { Load } from '../support/load.mjs';
import { ask, residentKilobytes, stopServer } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { slope } from '../support/statistics.mjs';
import { startProxy } from '../support/targets.mjs';

const streams = 2000;
/** A stream of the soak lives ten seconds; then another takes its place. */
const soakScript = { chunks: 10, model: 'slow-10-1000' };

/**
 * Starts a proxy of its own, which tells its memory without garbage: what 2,000 open streams take (a chunk per second each), then
 * the trend while streams end and begin for `soakSeconds`. `env` has further settings.
 */
export async function measureMemory(backend, dist, soakSeconds, env = {}) {
  const proxy = await startProxy(backend, dist, {
    // What is stored would be counted with what a stream takes.
    env: { STORE_URL: 'none:', ...env },
    execArgv: [
      '--expose-gc',
      '--import',
      new URL('../targets/instrument.mjs', import.meta.url).href,
    ],
  });
  const load = new Load(proxy.url, streams);
  try {
    const warmUp = smallRequest('chunks-20', true).response;
    await load.run(warmUp, 2 * streams, checkers.responseStream(20));
    const before = await memoryOf(proxy);
    const soak = soakStreams(load, soakSeconds);
    await soak.allOpen;
    const open = await memoryOf(proxy);
    const samples = await sampleUntil(soak.done, proxy);
    return {
      perStream: (open.used - before.used) / streams / 1024,
      residentPerStream: (open.resident - before.resident) / streams,
      trend: slope(samples),
      samples: samples.length,
    };
  } finally {
    await load.close();
    await stopServer(proxy);
  }
}

async function memoryOf(proxy) {
  const { used } = await ask(proxy, 'memory');
  return { used, resident: residentKilobytes(proxy.pid) };
}

/** Keeps 2,000 streams open until the time is over, then lets them end. `allOpen` says that each has sent its first event. */
function soakStreams(load, seconds) {
  const body = smallRequest(soakScript.model, true).response;
  const check = checkers.responseStream(soakScript.chunks);
  const endsAt = performance.now() + seconds * 1000;
  let opened = 0;
  let announce;
  const allOpen = new Promise((resolve) => {
    announce = resolve;
  });
  const client = async () => {
    do {
      const text = await load.request(body, () => {
        if (++opened === streams) announce();
      });
      check(text);
    } while (performance.now() < endsAt);
  };
  const done = Promise.all(Array.from({ length: streams }, client));
  return { allOpen: Promise.race([allOpen, done]), done };
}

/** Takes [seconds, kilobytes in use] every second. The first ten seconds are left out, while streams still open in step. */
async function sampleUntil(done, proxy) {
  const samples = [];
  const startedAt = performance.now();
  let running = true;
  const ended = done.finally(() => {
    running = false;
  });
  while (running) {
    await Promise.race([ended, delay(1000)]);
    const seconds = (performance.now() - startedAt) / 1000;
    const { used } = await ask(proxy, 'memory');
    if (running && seconds > 10) samples.push([seconds, used / 1024]);
  }
  await ended;
  return samples;
}

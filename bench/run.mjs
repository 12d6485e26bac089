import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { URL } from 'node:url';
import { measureCallers } from './measures/callers.mjs';
import { measureChunkCost } from './measures/chunk-cost.mjs';
import { measureCpu, wholeFloor } from './measures/cpu-per-request.mjs';
import { measureCapacity, measureGrowth } from './measures/growth.mjs';
import { measureFirstEvent } from './measures/first-event.mjs';
import { measureHooks } from './measures/hooks.mjs';
import { measureInspector } from './measures/inspector.mjs';
import { measureLargeBody } from './measures/large-body.mjs';
import { measureTrickle } from './measures/trickle.mjs';
import { measureRouting } from './measures/routing.mjs';
import { measureMemory } from './measures/memory.mjs';
import { measureMemoryAfter } from './measures/memory-after.mjs';
import { measureBusyFirstEvent, measureRush } from './measures/rush.mjs';
import { measureWorkers } from './measures/workers.mjs';
import { measureBursts } from './measures/bursts.mjs';
import { readOptions } from './options.mjs';
import { Report } from './report.mjs';
import { stopAll } from './support/processes.mjs';
import { startBackend, startFloor, startProxy, startRawProxy } from './support/targets.mjs';

const options = readOptions();
const report = new Report();

async function started(name, kind, starting) {
  return { name, kind, ...(await starting) };
}

function profiling() {
  const { profile } = options;
  return profile === undefined ? {} : { execArgv: ['--cpu-prof', `--cpu-prof-dir=${profile}`] };
}

async function run() {
  const backend = await started('direct', 'chat', startBackend(options.backendPort));
  const direct = { ...backend, pid: undefined };
  const raw = await started('raw pass-through', 'chat', startRawProxy(backend));
  const floor = await started('floor translator', 'response', startFloor(backend));
  const ours = await started('ours', 'response', startProxy(backend, options.dist, profiling()));
  const noStore = await started(
    'ours, no store',
    'response',
    startProxy(backend, options.dist, { env: { STORE_URL: 'none:' } }),
  );
  const others = [noStore, ...options.peers];
  for (const { name, dist } of options.builds) {
    others.push(await started(name, 'response', startProxy(backend, dist)));
  }
  await measure('cpu', async () => {
    const whole = await started(wholeFloor, 'response', startFloor(backend, true));
    report.cpu(await measureCpu([raw, floor, whole, ours, ...others], options));
  });
  await measure('trickle', async () => {
    const targets = [direct, floor, ours, ...others.slice(1)];
    report.trickle(await measureTrickle(targets, options));
  });
  await measure('first-event', async () => {
    const targets = [raw, floor, ours, ...others];
    report.firstEvent(await measureFirstEvent(direct, targets, options.firstEvents));
  });
  await measure('rush', async () => {
    report.rush(await measureRush([direct, floor, ours, ...others], options));
    report.busyFirstEvent(await measureBusyFirstEvent([direct, floor, ours], options));
  });
  await measure('capacity', async () => {
    report.capacity(await measureCapacity(direct, [floor, ours, ...options.peers], options));
  });
  await measure('growth', async () => {
    report.growth(await measureGrowth(direct, [floor, ours], options));
  });
  await measure('memory-after', async () => {
    report.memoryAfter(await measureMemoryAfter(backend, options.dist));
  });
  await measure('large-body', async () => {
    report.largeBody(await measureLargeBody(ours, options));
  });
  await measure('routing', async () => {
    report.routing(await measureRouting(ours, options.dist, options));
  });
  await measure('chunk-cost', async () => {
    report.chunkCost(await measureChunkCost(ours, options));
  });
  await measure('hooks', async () => {
    report.hooks(await measureHooks(backend, options.dist, options));
  });
  await measure('callers', async () => {
    report.callers(await measureCallers(backend, options));
  });
  await measure('bursts', async () => {
    report.bursts(await measureBursts(backend, options.dist, options));
  });
  await measure('inspector', async () => {
    report.inspector(await measureInspector(backend, options));
    const on = { INSPECTOR: 'true' };
    report.memory(await measureMemory(backend, options.dist, 0, on), ', the inspector on');
  });
  await measure('memory', async () => {
    report.memory(await measureMemory(backend, options.dist, options.soakSeconds));
  });
  await measure('workers', async () => {
    report.workers(await measureWorkers(backend, options.dist, options));
  });
}

/** What one measure breaks off with is told in the report, beside what the others found. */
async function measure(name, take) {
  if (!options.wants(name)) return;
  try {
    await take();
  } catch (error) {
    process.stderr.write(`${name}: ${error.stack}\n`);
    report.brokeOff(name, error);
    process.exitCode = 1;
  }
}

try {
  await run();
  process.stdout.write(report.toMarkdown());
  if (options.writesResults) {
    writeFileSync(new URL('results.md', import.meta.url), report.toMarkdown());
  }
  if (!options.isQuick && report.growthPoints !== undefined) {
    writeFileSync(new URL('growth.svg', import.meta.url), report.toChart());
  }
} finally {
  await stopAll();
}

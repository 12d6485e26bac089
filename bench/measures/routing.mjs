import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { URL } from 'node:url';
import { Load } from '../support/load.mjs';
import { cpuOfTree } from '../support/processes.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { warmUpRequests } from '../support/warm-up.mjs';

const plans = 20_000;

/** Three targets by weight, which is the most that a choice costs; the routes before it are looked through as well. */
const file = {
  backends: Object.fromEntries(
    ['a', 'b', 'c'].map((name) => [name, { url: `http://${name}:8000/v1`, key: 'none' }]),
  ),
  routes: [
    { model: 'other', to: ['a'] },
    { model: 'prefix-*', to: ['b'] },
    { model: '*', to: ['a', 'b', 'c'].map((backend) => ({ backend, weight: 1 })) },
  ],
};

/**
 * Measures what the choice of a backend costs, the name of the conversation included, beside a small request to the service. The
 * choice is made here, by the code of the build that is measured: two services would differ by more than it costs.
 * Returns microseconds of CPU for each round.
 */
export async function measureRouting(proxy, dist, { rounds, scale }) {
  const { plan, close } = await openRoutes(dist);
  const load = new Load(proxy.url, 16);
  const body = smallRequest('chunks-1', false).response;
  const request = JSON.parse(body);
  const check = checkers.responseJson(1);
  const requests = Math.ceil(3000 * scale);
  const results = [];
  await load.run(body, scale < 1 ? requests : warmUpRequests, check);
  for (let round = -1; round < rounds; round++) {
    const before = cpuOfTree(proxy.pid);
    await load.run(body, requests, check);
    const whole = (cpuOfTree(proxy.pid) - before) / requests;
    const start = process.cpuUsage();
    for (let index = 0; index < plans; index++) plan(request, index);
    const { user, system } = process.cpuUsage(start);
    if (round >= 0) results.push({ routing: (user + system) / plans, whole });
  }
  await load.close();
  await close();
  return results;
}

async function openRoutes(dist) {
  const load = (path) => import(new URL(`${dist}/${path}.js`).href);
  const folder = mkdtempSync(join(tmpdir(), 'bench-routes-'));
  const path = join(folder, 'backends.json');
  writeFileSync(path, JSON.stringify(file));
  const { createApp } = await load('app.factory');
  const { Backends } = await load('responses/backend/routes/backends.service');
  const { affinityKey } = await load('responses/pipeline/affinity-key');
  const app = await createApp({
    environment: { BACKENDS_FILE: path, LOG_LEVEL: 'fatal' },
    imports: [],
    plugins: [],
    logDestination: process.stderr,
  });
  const routes = app.get(Backends, { strict: false });
  const caller = { id: 'bench', clientKey: undefined, headers: {} };
  return {
    plan: (request, index) => {
      // Each is another conversation, as the requests of many clients are.
      const asked = { ...request, input: `${String(index)} ${JSON.stringify(request.input)}` };
      return routes.plan({ model: asked.model, caller, conversation: () => affinityKey(asked) });
    },
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true });
    },
  };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { stateOfFile } from '../../../common/small-file.js';
import { readEnvironment } from '../../../config/read-environment.js';
import { toSettings } from '../../../config/to-settings.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { MetricsService } from '../../../metrics/metrics.service.js';
import { BackendFactory } from '../backend-factory.service.js';
import { resolveDialect } from '../dialects/resolve-dialect.js';
import { parseProfiles } from '../profiles/read-profiles.js';
import { Backends } from './backends.service.js';

const folder = mkdtempSync(join(tmpdir(), 'reload-'));
const path = join(folder, 'backends.json');
const url = 'http://127.0.0.1:9/v1';
const write = (backends: object, model = '*'): void => {
  const to = Object.keys(backends);
  writeFileSync(path, JSON.stringify({ backends, routes: [{ model, to }] }));
};
const plan = (model: string) =>
  backends.plan({
    model,
    caller: { id: 'x', clientKey: 'key-of-a-client', headers: {} },
    conversation: () => '',
  });

let backends: Backends;
beforeEach(() => {
  write({ a: { url, key: 'none' }, b: { url, key: 'none' } });
  const settings = toSettings(
    readEnvironment({ BACKENDS_FILE: path, ENABLE_CIRCUIT_BREAKER: 'true' }),
  );
  const metrics = new BackendMetrics(new MetricsService());
  const factory = new BackendFactory(metrics, [], []);
  const dialect = resolveDialect('auto', new URL(url));
  const profiles = parseProfiles('models: {m: {vision: {backend: b, model: eyes}}}');
  backends = new Backends(settings, dialect, profiles, factory, metrics);
});
afterEach(async () => {
  backends.onModuleDestroy();
  await backends.onApplicationShutdown();
  rmSync(path, { force: true });
});

it('a backend stays as it is while its entry says the same, wherever the entry stands', () => {
  const [a, b] = backends.all;
  write({ c: { url, key: 'none' }, b: { key: 'none', url }, a: { url, key: 'none', retries: 9 } });
  backends.reload();
  const [c, sameB, otherA] = backends.all;
  expect([c?.name, otherA?.name]).toEqual(['c', 'a']);
  expect(sameB).toBe(b);
  expect(otherA).not.toBe(a);
  expect(otherA?.settings.backend.retries).toBe(9);
});

it('a plan that was made before keeps its backends, and they can be called', () => {
  const before = plan('m');
  write({ c: { url, key: 'none' }, b: { url, key: 'none' } }, 'other');
  backends.reload();
  expect(before.targets.map(({ backend }) => backend.name)).toEqual(['a', 'b']);
  expect(before.targets.map(({ backend }) => backend.http.isIdle)).toEqual([true, true]);
  expect(() => plan('m')).toThrow();
  expect(plan('other').targets.map(({ backend }) => backend.name)).toEqual(['c', 'b']);
});

it.each([
  [
    'a file without the backend that a profile has describe images',
    '{"backends":{"c":{"url":"http://c"}},"routes":[{"model":"*","to":["c"]}]}',
    'models["m"]: vision.backend must be one of BACKENDS_FILE: c',
  ],
  [
    'a route to nowhere',
    '{"backends":{"c":{"url":"http://c"}},"routes":[{"model":"*","to":["d"]}]}',
  ],
  ['half a file', '{"backends":{"c":'],
  ['an empty file', ''],
])('%s changes nothing', async (_, text, problem = 'BACKENDS_FILE') => {
  const { all, fileState } = backends;
  const { targets } = plan('m');
  writeFileSync(path, text);
  expect(() => {
    backends.reload();
  }).toThrow(problem);
  expect(backends.all.map((backend, index) => backend === all[index])).toEqual([true, true]);
  expect(plan('m').targets).toEqual(targets);
  expect(backends.fileState).toBe(fileState);
  expect(await stateOfFile(path)).not.toBe(fileState);
});

it('a file that is gone is a state of its own', async () => {
  expect(await stateOfFile(path)).toBe(backends.fileState);
  rmSync(path);
  expect(await stateOfFile(path)).toBe('ENOENT');
  expect(() => {
    backends.reload();
  }).toThrow('ENOENT');
});

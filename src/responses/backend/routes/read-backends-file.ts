import { dirname, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { backendEndpoint, isHttpUrl } from '../../../config/backend-url.js';
import { EnvironmentError } from '../../../config/read-environment.js';
import type { Settings } from '../../../config/settings.js';
import { checksKeys } from '../../../common/api-key.js';
import { CheckedFile } from '../../../common/checked-file.js';
import { asArray, asRecord, isRecord } from '../../../common/json.js';
import { readSmallFile } from '../../../common/small-file.js';
import type { Preset } from '../dialects/preset.js';
import {
  backendsFileSchema,
  type BackendEntry,
  type BackendsFile,
  type RouteEntry,
} from './backends-file.schema.js';
import { keyPolicies } from './key-policies.js';
import { checkRoutes } from './check-routes.js';
import { toBackendSettings } from './to-backend-settings.js';
import type { RoutingTable } from './routing-table.js';
import { fillVariables } from './variables.js';

const SETTING = 'BACKENDS_FILE';
const usualFallback = { attempts: 3, timeoutSecs: 120, maxWaitSecs: 5 };

const validate = new Ajv({ allErrors: true, strict: false }).compile<BackendsFile>(
  backendsFileSchema,
);

/** Reads BACKENDS_FILE, YAML or JSON. @throws EnvironmentError with every problem, its file and line. */
export function readBackendsFile(
  path: string,
  settings: Settings,
  presets: readonly Preset[] = [],
): RoutingTable & { state: string } {
  const { text, state } = readSmallFile(SETTING, path);
  return { ...parseBackendsFile(text, path, settings, presets), state };
}

export function parseBackendsFile(
  text: string,
  path: string,
  settings: Settings,
  presets: readonly Preset[] = [],
): RoutingTable {
  const file = new CheckedFile(SETTING, path, text);
  file.throwProblems();
  const content = fillVariables(unfolded(file.content), settings.routing.variables, file);
  if (!validate(content)) file.addSchemaErrors(validate.errors);
  const { backends: entries, routes } = soundParts(content, file);
  const urls = entries.flatMap(([name, entry]) => {
    if (isHttpUrl(entry.url)) {
      return [[name, entry, backendEndpoint(entry.url, entry.api ?? 'chat')] as const];
    }
    file.add(
      ['backends', name, 'url'],
      'must be an http or https URL without user, password or fragment',
    );
    return [];
  });
  const named = asRecord(asRecord(content)?.backends) ?? {};
  const names = Object.keys(named);
  checkRoutes(routes, named, file);
  const policies = keyPolicies(urls, checksKeys(settings.access), file);
  const folder = dirname(resolve(path));
  const backends = new Map(
    urls.map(([name, entry, url]) => {
      const policy = policies.get(name) ?? { apiKey: undefined, takesClientKeys: false };
      const base = { ...settings.backend, ...policy, name, url };
      return [name, toBackendSettings(entry, base, { folder, file, presets, names })];
    }),
  );
  file.throwProblems();
  if (!validate(content)) throw new EnvironmentError([`${SETTING} ${path} is wrong`]);
  const fallback = { ...usualFallback, ...content.fallback };
  return {
    backends,
    routes: content.routes,
    fallback: {
      attempts: fallback.attempts,
      timeoutMs: fallback.timeoutSecs * 1000,
      longestWaitMs: fallback.maxWaitSecs * 1000,
    },
  };
}

/** Gives the entries with nothing wrong so far, so that what else is wrong with the file is found at the same time. */
function soundParts(
  content: unknown,
  file: CheckedFile,
): { backends: [string, BackendEntry][]; routes: (RouteEntry | undefined)[] } {
  const { backends, routes } = asRecord(content) ?? {};
  const isSound = (entry: [string, unknown]): entry is [string, BackendEntry] =>
    file.isSound(['backends', entry[0]]);
  return {
    backends: Object.entries(asRecord(backends) ?? {}).filter(isSound),
    routes: asArray(routes).map((route, index) =>
      file.isSound(['routes', index]) ? (route as RouteEntry) : undefined,
    ),
  };
}

/** `to: [chutes]` is short for `to: [{ backend: chutes }]`. */
function unfolded(content: unknown): unknown {
  if (!isRecord(content) || !Array.isArray(content.routes)) return content;
  const routes = content.routes.map((route: unknown) => {
    if (!isRecord(route) || !Array.isArray(route.to)) return route;
    const to = route.to.map((target: unknown) =>
      typeof target === 'string' ? { backend: target } : target,
    );
    return { ...route, to };
  });
  return { ...content, routes };
}

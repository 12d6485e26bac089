import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { chatEndpoint, isHttpUrl } from '../../../config/backend-url.js';
import { EnvironmentError } from '../../../config/read-environment.js';
import type { Settings } from '../../../config/settings.js';
import { asArray, asRecord, isRecord } from '../../../common/json.js';
import type { Preset } from '../dialects/preset.js';
import {
  backendsFileSchema,
  type BackendEntry,
  type BackendsFile,
  type RouteEntry,
} from './backends-file.schema.js';
import { CheckedFile } from './checked-file.js';
import { keyPolicies } from './key-policies.js';
import { checkRoutes } from './check-routes.js';
import { toBackendSettings } from './to-backend-settings.js';
import type { RoutingTable } from './routing-table.js';
import { fillVariables } from './variables.js';

const SETTING = 'BACKENDS_FILE';
const maxFileBytes = 1024 * 1024;
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
  const bytes = readBytes(path);
  const table = parseBackendsFile(bytes.toString('utf8'), path, settings, presets);
  return { ...table, state: digestOf(bytes) };
}

/** Tells two states of the file apart; one that cannot be read, or is too large, is a state as well. It never rejects. */
export async function stateOfBackendsFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maxFileBytes) return `${size} bytes`;
    return digestOf(await readFile(path));
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
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
  if (!validate(content)) {
    for (const error of validate.errors ?? []) addError(file, error);
  }
  const { backends: entries, routes } = soundParts(content, file);
  const urls = entries.flatMap(([name, entry]) => {
    if (isHttpUrl(entry.url)) return [[name, entry, chatEndpoint(entry.url)] as const];
    file.add(
      ['backends', name, 'url'],
      'must be an http or https URL without user, password or fragment',
    );
    return [];
  });
  const named = asRecord(asRecord(content)?.backends) ?? {};
  const names = Object.keys(named);
  checkRoutes(routes, named, file);
  const policies = keyPolicies(urls, settings.access.keyDigests.length > 0, file);
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

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function readBytes(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new EnvironmentError([`${SETTING} ${path} cannot be read (${String(code)})`]);
  }
  if (bytes.length <= maxFileBytes) return bytes;
  throw new EnvironmentError([`${SETTING} ${path} is larger than ${maxFileBytes} bytes`]);
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

function addError(
  file: CheckedFile,
  { instancePath, keyword, params, message, propertyName }: ErrorObject,
): void {
  // Its cause is in the list as well.
  if (keyword === 'propertyNames') return;
  const path = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const { additionalProperty } = params as { additionalProperty?: string };
  if (additionalProperty !== undefined) file.add([...path, additionalProperty], 'is unknown');
  else if (propertyName !== undefined)
    file.add([...path, propertyName], 'is no name that it may have');
  else file.add(path, message ?? 'is wrong');
}

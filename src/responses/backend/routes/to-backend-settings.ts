import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { EnvironmentError } from '../../../config/read-environment.js';
import { neverForwarded } from '../../../config/environment-rules.js';
import type { Settings } from '../../../config/settings.js';
import type { Preset } from '../dialects/preset.js';
import { resolveDialect } from '../dialects/resolve-dialect.js';
import { checkVision } from '../profiles/check-vision.js';
import { readProfiles } from '../profiles/read-profiles.js';
import type { BackendEntry } from './backends-file.schema.js';
import type { CheckedFile } from '../../../common/checked-file.js';

type BackendSettings = Settings['backend'];

/** Stands around an entry of the file. */
interface Surroundings {
  folder: string;
  file: CheckedFile;
  /** Plugins bring them. */
  presets: readonly Preset[];
  /** Lists all backends of the file. */
  names: readonly string[];
}

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** Gives one entry of BACKENDS_FILE as settings; what it does not say is as it is for all. @param base with its URL and key. */
export function toBackendSettings(
  entry: BackendEntry,
  base: BackendSettings,
  { folder, file, presets, names }: Surroundings,
): BackendSettings {
  const path = ['backends', base.name];
  const {
    connectTimeoutSecs,
    firstByteTimeoutSecs,
    idleTimeoutSecs,
    dialect = base.dialect,
  } = entry;
  const orElse = (seconds: number | undefined, usual: number): number =>
    seconds === undefined ? usual : milliseconds(seconds);
  const profiles = entry.profiles === undefined ? base.profiles : resolve(folder, entry.profiles);
  attempt(file, [...path, 'dialect'], () => resolveDialect(dialect, base.url, presets));
  if (entry.profiles !== undefined && profiles !== undefined) {
    attempt(file, [...path, 'profiles'], () => {
      checkVision(readProfiles(profiles, presets), names);
    });
  }
  if (entry.passthrough === true && entry.api !== 'responses') {
    file.add([...path, 'passthrough'], 'needs api: responses');
  }
  return {
    ...base,
    api: entry.api ?? 'chat',
    passthrough: entry.passthrough === true,
    hostHeader: entry.hostHeader,
    connectTimeoutMs: orElse(connectTimeoutSecs, base.connectTimeoutMs),
    firstByteTimeoutMs: orElse(firstByteTimeoutSecs, base.firstByteTimeoutMs),
    idleTimeoutMs: orElse(idleTimeoutSecs, base.idleTimeoutMs),
    dialect,
    profiles,
    maxConnections: entry.maxConnections ?? base.maxConnections,
    forwardHeaders: forwardHeaders(entry, base, file),
    headers: ownHeaders(entry, base.name, file),
    retries: entry.retries ?? base.retries,
    maxConcurrentStreams: entry.maxConcurrentStreams,
    tls: readTls(entry.tls, folder, [...path, 'tls'], file),
  };
}

/** Headers of one connection, and those that the client of a backend writes itself, cannot be set. */
const ownWays = new Set([
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
]);

function ownHeaders(
  { headers = {} }: BackendEntry,
  name: string,
  file: CheckedFile,
): Record<string, string> {
  const entries = Object.entries(headers).map(
    ([key, value]) => [key.toLowerCase(), value] as const,
  );
  for (const [key] of entries) {
    if (ownWays.has(key)) file.add(['backends', name, 'headers', key], 'is written by the service');
  }
  return Object.fromEntries(entries);
}

function forwardHeaders(
  { forwardHeaders: names }: BackendEntry,
  base: BackendSettings,
  file: CheckedFile,
): readonly string[] {
  if (names === undefined) return base.forwardHeaders;
  const lower = names.map((name) => name.toLowerCase());
  for (const [index, name] of lower.entries()) {
    if (neverForwarded.has(name)) {
      file.add(['backends', base.name, 'forwardHeaders', index], 'never travels');
    }
  }
  const traceContext = base.forwardHeaders.filter((name) => name.startsWith('trace'));
  return [...new Set([...lower, ...traceContext])];
}

/** The files are read now, so that a wrong one is a problem of the start and not of the first call. */
function readTls(
  tls: BackendEntry['tls'],
  folder: string,
  path: readonly string[],
  file: CheckedFile,
): BackendSettings['tls'] {
  if (tls === undefined) return undefined;
  const read = (name: 'ca' | 'cert' | 'key'): Record<string, string> => {
    const place = tls[name];
    if (place === undefined) return {};
    try {
      return { [name]: readFileSync(resolve(folder, place), 'utf8') };
    } catch (error) {
      file.add([...path, name], `cannot be read (${String((error as { code?: unknown }).code)})`);
      return {};
    }
  };
  const material = { ...read('ca'), ...read('cert'), ...read('key') };
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    file.add(path, 'must have cert and key, or neither');
  }
  attempt(file, path, () => createSecureContext(material));
  return material;
}

function attempt(file: CheckedFile, path: readonly (string | number)[], step: () => unknown): void {
  try {
    step();
  } catch (error) {
    const problems = error instanceof EnvironmentError ? error.problems : [wordOf(error)];
    for (const problem of problems) {
      file.add(path, problem.replace(/^BACKEND_(?:DIALECT|PROFILES) /, '').replace(/\.$/, ''));
    }
  }
}

function wordOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  // OpenSSL's words may quote what it read.
  if (typeof code === 'string') return `is refused (${code})`;
  return error instanceof Error ? error.message : String(error);
}

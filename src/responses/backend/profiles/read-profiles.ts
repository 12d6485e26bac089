import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { parseDocument } from 'yaml';
import { EnvironmentError } from '../../../config/read-environment.js';
import { isRecord } from '../../../common/json.js';
import type { Preset } from '../dialects/preset.js';
import { dialectNames } from '../dialects/resolve-dialect.js';
import { type ProfileEntry, ProfileRules } from './profile-entry.js';

export const BACKEND_PROFILES = Symbol('BACKEND_PROFILES');

export interface NamedEntry {
  /** Names a host or a model; `*` stands for any characters. */
  pattern: string;
  entry: ProfileEntry;
}

/** Holds the file as it is read: later entries win over earlier ones. */
export interface BackendProfiles {
  /** The host of BACKEND_URL is matched with these. */
  backends: readonly NamedEntry[];
  models: readonly NamedEntry[];
}

export const noProfiles: BackendProfiles = { backends: [], models: [] };

const maxFileBytes = 1024 * 1024;
const maxEntries = 2000;

/**
 * Reads BACKEND_PROFILES, YAML or JSON. @throws EnvironmentError with every problem and its path in the file.
 * @param more presets that were added from outside: entries may name them.
 */
export function readProfiles(path: string, more: readonly Preset[] = []): BackendProfiles {
  return parseProfiles(readText(path), more);
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw problemsOfFile([`cannot be read (${String(code)})`]);
  }
  if (bytes.length > maxFileBytes) throw problemsOfFile([`is larger than ${maxFileBytes} bytes`]);
  return bytes.toString('utf8');
}

export function parseProfiles(text: string, more: readonly Preset[] = []): BackendProfiles {
  // YAML 1.2 contains JSON.
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw problemsOfFile(document.errors.slice(0, 10).map(({ message }) => firstLine(message)));
  }
  const file: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  if (!isRecord(file)) throw problemsOfFile(['must hold a table with backends and models']);
  const known = [...more.map(({ dialect }) => dialect.name), ...dialectNames];
  const problems = Object.keys(file)
    .filter((name) => name !== 'backends' && name !== 'models')
    .map((name) => `${name} is unknown; there are backends and models`);
  const backends = readEntries(file.backends, 'backends', known, problems);
  const models = readEntries(file.models, 'models', known, problems);
  if (problems.length > 0) throw problemsOfFile(problems);
  return { backends, models };
}

/** Cuts the excerpt that follows it: "… at line 3, column 1:". */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}

function readEntries(
  table: unknown,
  section: string,
  knownDialects: readonly string[],
  problems: string[],
): NamedEntry[] {
  if (table === undefined || table === null) return [];
  if (!isRecord(table) || Object.keys(table).length > maxEntries) {
    problems.push(`${section} must be a table of at most ${maxEntries} entries`);
    return [];
  }
  return Object.entries(table).map(([pattern, plain]) => {
    const entry = plainToInstance(ProfileRules, isRecord(plain) ? plain : {}) as ProfileEntry;
    const path = `${section}["${pattern}"]`;
    if (!isRecord(plain)) problems.push(`${path} must be a table`);
    const errors = validateSync(entry, { whitelist: true, forbidNonWhitelisted: true });
    for (const { constraints = {} } of errors) {
      problems.push(...Object.values(constraints).map((rule) => `${path}: ${rule}`));
    }
    const { dialect } = entry;
    if (typeof dialect === 'string' && !knownDialects.includes(dialect))
      problems.push(`${path}: dialect must be one of: ${knownDialects.join(', ')}`);
    return { pattern, entry };
  });
}

function problemsOfFile(problems: readonly string[]): EnvironmentError {
  return new EnvironmentError(problems.map((problem) => `BACKEND_PROFILES ${problem}`));
}

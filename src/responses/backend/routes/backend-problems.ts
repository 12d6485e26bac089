import { readFileSync } from 'node:fs';
import { EnvironmentError, readEnvironment } from '../../../config/read-environment.js';
import type { RawEnvironment } from '../../../config/raw-environment.js';
import type { Settings } from '../../../config/settings.js';
import { toSettings } from '../../../config/to-settings.js';
import type { Preset } from '../dialects/preset.js';
import { resolveDialect } from '../dialects/resolve-dialect.js';
import { readBackendsFile } from './read-backends-file.js';
import { variablesIn } from './variables.js';
import { checkVision } from '../profiles/check-vision.js';
import { readProfiles } from '../profiles/read-profiles.js';

/** Says what is wrong with BACKEND_DIALECT, BACKEND_PROFILES and BACKENDS_FILE, for the one list of problems at the start. */
export function backendProblems(raw: RawEnvironment, more: readonly Preset[] = []): string[] {
  const { BACKEND_DIALECT, BACKEND_PROFILES } = raw;
  const file = raw.BACKENDS_FILE?.trim() ?? '';
  const name = BACKEND_DIALECT?.trim() ?? '';
  const path = BACKEND_PROFILES?.trim() ?? '';
  let names: readonly string[] | undefined;
  const ofFile = problemsOf(() => {
    if (file !== '') names = [...readBackendsFile(file, settingsFor(raw), more).backends.keys()];
  });
  return [
    ...problemsOf(() =>
      resolveDialect(name === '' ? 'auto' : name, new URL('http://localhost'), more),
    ),
    ...problemsOf(() => {
      if (path === '') return;
      const profiles = readProfiles(path, more);
      // Of a file that is wrong it is not known what backends it has.
      if (ofFile.length === 0) checkVision(profiles, names);
    }),
    ...ofFile,
  ];
}

/** The names that BACKENDS_FILE wants from the environment: they are no settings, and no mistake. */
export function backendVariables({ BACKENDS_FILE: file = '' }: RawEnvironment): string[] {
  try {
    return file.trim() === '' ? [] : variablesIn(readFileSync(file.trim(), 'utf8'));
  } catch {
    return [];
  }
}

/** As far as the file depends on settings; what is wrong with those is told elsewhere. */
function settingsFor(raw: RawEnvironment): Settings {
  const hasKeys = (raw.PROXY_API_KEYS?.trim() ?? '') !== '';
  const callersFile = (raw.CALLERS_FILE?.trim() ?? '') === '' ? undefined : raw.CALLERS_FILE;
  const settings = toSettings(readEnvironment({}), [], raw);
  const keyDigests = hasKeys ? [Buffer.of()] : [];
  return { ...settings, access: { ...settings.access, keyDigests, callersFile } };
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    return [error instanceof Error ? error.message : String(error)];
  }
}

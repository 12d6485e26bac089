import { EnvironmentError, type RawEnvironment } from '../../config/read-environment.js';
import type { Preset } from './dialects/preset.js';
import { resolveDialect } from './dialects/resolve-dialect.js';
import { readProfiles } from './profiles/read-profiles.js';

/** Says what is wrong with BACKEND_DIALECT and BACKEND_PROFILES, for the one list of problems at the start. */
export function backendProblems(
  { BACKEND_DIALECT, BACKEND_PROFILES }: RawEnvironment,
  more: readonly Preset[] = [],
): string[] {
  const name = BACKEND_DIALECT?.trim() ?? '';
  const path = BACKEND_PROFILES?.trim() ?? '';
  return [
    ...problemsOf(() =>
      resolveDialect(name === '' ? 'auto' : name, new URL('http://localhost'), more),
    ),
    ...(path === '' ? [] : problemsOf(() => readProfiles(path, more))),
  ];
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

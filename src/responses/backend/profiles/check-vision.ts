import { EnvironmentError } from '../../../config/read-environment.js';
import type { BackendProfiles } from './read-profiles.js';

/**
 * Checks that the backends are there that are to describe images.
 * @param names of the backends in BACKENDS_FILE; undefined without that file.
 * @throws EnvironmentError with every entry that names another one.
 */
export function checkVision(
  { backends, models }: BackendProfiles,
  names: readonly string[] | undefined,
): void {
  const sections = { backends, models };
  const problems = Object.entries(sections).flatMap(([section, entries]) =>
    entries.flatMap(({ pattern, entry: { vision } }) => {
      const name = vision?.backend;
      if (name === undefined || names?.includes(name) === true) return [];
      const known =
        names === undefined
          ? 'needs BACKENDS_FILE, which is not set'
          : `must be one of BACKENDS_FILE: ${names.join(', ')}`;
      return [`BACKEND_PROFILES ${section}["${pattern}"]: vision.backend ${known}`];
    }),
  );
  if (problems.length > 0) throw new EnvironmentError(problems);
}

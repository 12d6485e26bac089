import type { Settings } from './settings.js';

/** Tells that there are files which a SIGHUP reads again: those of secrets, that of the backends and that of the callers. */
export function readsFilesAgain({ secretFiles, routing, access }: Settings): boolean {
  return secretFiles.length > 0 || routing.file !== undefined || access.callersFile !== undefined;
}

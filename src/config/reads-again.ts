import type { Settings } from './settings.js';

/** Tells that there are files which a SIGHUP reads again: those of secrets, and that of the backends. */
export function readsFilesAgain({ secretFiles, routing }: Settings): boolean {
  return secretFiles.length > 0 || routing.file !== undefined;
}

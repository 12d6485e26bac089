import { envFileValues } from './env-file.js';

/** Gives CALLERS_FILE as the service would read it; what else is set is of no concern to who only edits that file. */
export function callersFilePath(): string {
  const named = process.env.CALLERS_FILE ?? envFileValues().CALLERS_FILE ?? '';
  return named.trim() === '' ? 'callers.yaml' : named.trim();
}

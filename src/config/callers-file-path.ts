import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Gives CALLERS_FILE as the service would read it; what else is set is of no concern to who only edits that file. */
export function callersFilePath(): string {
  const named = process.env.CALLERS_FILE ?? inEnvFile() ?? '';
  return named.trim() === '' ? 'callers.yaml' : named.trim();
}

function inEnvFile(): string | undefined {
  try {
    return parseEnv(readFileSync('.env', 'utf8')).CALLERS_FILE;
  } catch {
    return undefined;
  }
}

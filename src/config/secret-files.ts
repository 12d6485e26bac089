import { readFileSync } from 'node:fs';
import type { RawEnvironment } from './raw-environment.js';

/** These settings may stand in a file instead, as Docker and Kubernetes hand out secrets: NAME_FILE is its path. */
export const secretNames = [
  'BACKEND_API_KEY',
  'FILES_ACCESS_KEY_ID',
  'FILES_SECRET_ACCESS_KEY',
  'INSPECTOR_KEY',
  'PROXY_API_KEYS',
  'SEAL_KEYS',
  'STORE_SECRET',
  'STORE_URL',
  'WEB_SEARCH_API_KEY',
] as const;

const lists: readonly string[] = ['PROXY_API_KEYS', 'SEAL_KEYS'];

export interface SecretFiles {
  /** Has the variables, and those that stand in files as if they did not. */
  raw: RawEnvironment;
  /** Names the secrets that stand in a file. */
  names: readonly string[];
  problems: readonly string[];
}

/** Reads what the variables NAME_FILE name. A list has its values separated by commas or lines. Never throws. */
export function readSecretFiles(given: RawEnvironment): SecretFiles {
  const raw: Record<string, string | undefined> = { ...given };
  const names: string[] = [];
  const problems: string[] = [];
  for (const name of secretNames) {
    const path = given[`${name}_FILE`]?.trim() ?? '';
    if (path === '') continue;
    names.push(name);
    if ((given[name] ?? '').trim() !== '') {
      problems.push(`${name}_FILE and ${name} are both set: which of them is meant?`);
      continue;
    }
    try {
      const text = readFileSync(path, 'utf8').trim();
      raw[name] = lists.includes(name) ? lines(text).join(',') : text;
      if (text === '') problems.push(`${name}_FILE names an empty file`);
    } catch (error) {
      problems.push(`${name}_FILE cannot be read (${String((error as { code?: unknown }).code)})`);
    }
  }
  return { raw, names, problems };
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

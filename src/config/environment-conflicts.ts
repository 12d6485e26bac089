import { isPrivateHost } from './private-host.js';
import type { Environment } from './environment.js';

/** Finds what is right by itself but makes no sense, or is a danger, together. */
export function findConflicts(environment: Environment): string[] {
  const problems: string[] = [];
  const checksKeys =
    environment.PROXY_API_KEYS.length > 0 || environment.CALLERS_FILE !== undefined;
  const hasKey = environment.BACKEND_API_KEY !== undefined;
  if (hasKey && !checksKeys) {
    problems.push(
      'PROXY_API_KEYS or CALLERS_FILE must be set with BACKEND_API_KEY: anyone could use that key',
    );
  }
  const hasFile = environment.BACKENDS_FILE !== undefined;
  if (
    checksKeys &&
    !hasKey &&
    !hasFile &&
    !isPrivateHost(new URL(environment.BACKEND_URL).hostname)
  ) {
    problems.push(
      'BACKEND_API_KEY must be set with PROXY_API_KEYS or CALLERS_FILE: keys of this proxy never go to the backend',
    );
  }
  for (const name of ['BACKEND_API_KEY', 'BACKEND_HOST_HEADER'] as const) {
    if (hasFile && environment[name] !== undefined) {
      problems.push(
        `${name} must not be set with BACKENDS_FILE: each backend of the file has its own`,
      );
    }
  }
  if (hasFile && environment.BACKEND_API !== 'chat') {
    problems.push(
      'BACKEND_API must not be set with BACKENDS_FILE: `api` of each backend of the file says it',
    );
  }
  if (environment.STORE_SEAL && environment.SEAL_KEYS.length === 0) {
    problems.push(
      'SEAL_KEYS must be set with STORE_SEAL: a key of this process alone opens nothing later',
    );
  }
  if (environment.WEB_CONCURRENCY > 1 && environment.STORE_URL === 'memory:') {
    problems.push(
      'STORE_URL must be sqlite, redis, postgres or none with WEB_CONCURRENCY: workers do not share memory',
    );
  }
  if (environment.FILES_URL !== undefined) problems.push(...findBucketConflicts(environment));
  if (environment.INSPECTOR && environment.WEB_CONCURRENCY > 1) {
    problems.push(
      'INSPECTOR needs WEB_CONCURRENCY=1: each worker would show its own requests alone',
    );
  }
  const { WEB_SEARCH_PROVIDER: engine, WEB_SEARCH_URL: url, WEB_SEARCH_API_KEY: key } = environment;
  if (engine === 'searxng' && url === undefined) {
    problems.push('WEB_SEARCH_URL must be set with WEB_SEARCH_PROVIDER=searxng');
  }
  if (engine !== undefined && engine !== 'searxng' && key === undefined) {
    problems.push(`WEB_SEARCH_API_KEY must be set with WEB_SEARCH_PROVIDER=${engine}`);
  }
  return problems;
}

/** Without the store nobody knows which files are in the bucket, and without its secret whose they are. */
function findBucketConflicts(environment: Environment): string[] {
  const problems: string[] = [];
  for (const name of ['FILES_ACCESS_KEY_ID', 'FILES_SECRET_ACCESS_KEY', 'STORE_SECRET'] as const) {
    if (environment[name] === undefined) problems.push(`${name} must be set with FILES_URL`);
  }
  if (['memory:', 'none:'].includes(environment.STORE_URL)) {
    problems.push(
      'STORE_URL must be sqlite, redis or postgres with FILES_URL: it knows which files there are',
    );
  }
  return problems;
}

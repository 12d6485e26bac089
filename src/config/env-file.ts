import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Compose, Caddy, Node and the platform have these in the same file. */
const OTHERS =
  /^(?:CADDY_|COMPOSE_|DOCKER_|OTEL_|POSTGRES_|NODE_|npm_|NPM_|PORT$|RUST_LOG$|TZ$|(?:HTTPS?|NO|ALL)_PROXY$)/i;

/** Gives what stands in `.env`, and nothing where there is no such file. */
export function envFileValues(path = '.env'): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

/** Gives the names in `.env`. */
export function readEnvFile(path?: string): string[] {
  return Object.keys(envFileValues(path));
}

/** Finds names in the service's own file that are no setting: whoever wrote them meant something by them. */
export function findStrangers(names: readonly string[], settings: readonly string[]): string[] {
  return names
    .filter((name) => !settings.includes(name) && !OTHERS.test(name))
    .map((name) => `${name} in .env is no setting`);
}

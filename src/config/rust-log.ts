import type { Environment } from './environment.js';

const levels: Readonly<Record<string, NonNullable<Environment['LOG_LEVEL']>>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  off: 'silent',
};

/**
 * Reads the level in a Rust-style filter: `info` of `info,metrics=debug`. Filters for single targets have no counterpart here.
 * Operators who come from the Rust proxy have it in their environment, so nothing in it stops the start.
 */
export function levelOfRustLog(filter: string): Environment['LOG_LEVEL'] {
  return filter
    .split(',')
    .map((directive) => levels[directive.trim().toLowerCase()])
    .find((level) => level !== undefined);
}

import { pino } from 'pino';
import type { DestinationStream, Logger, LoggerOptions } from 'pino';
import type { Settings } from '../config/settings.js';
import { scrubSecrets } from './scrub-secrets.js';

const output = {
  dest: 1,
  sync: false,
  /** Lines are written together, these bytes or this time of them: a write for each costs a small request a sixth more. */
  minLength: 12 * 1024,
  periodicFlush: 100,
  /** So much is kept while standard output is stuck; beyond it lines are lost rather than the service. */
  maxLength: 16 * 1024 * 1024,
};

/**
 * Writes JSON lines with an upper-case level (operators grep for ERROR) and ISO time. There is no middleware and no logger
 * per request: `request_completed` says it all, see request-log.service.ts.
 */
export function plainLogger(
  level: Settings['logging']['level'],
  destination: DestinationStream = standardOutput(),
): Logger {
  return pino(lineOptions(level), destination);
}

function lineOptions(level: Settings['logging']['level']): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    // It runs over the whole line, so that nothing has to be listed: not even an error's stack can leak a key.
    hooks: { streamWrite: scrubSecrets },
  };
}

/** Writes asynchronously: a line never waits for the terminal; what is pending at the exit is flushed. */
function standardOutput(): DestinationStream {
  return pino.destination(output);
}

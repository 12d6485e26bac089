import { pino } from 'pino';
import type { DestinationStream, Logger, LoggerOptions } from 'pino';
import type { Settings } from '../config/settings.js';
import { scrubSecrets } from './scrub-secrets.js';
import { standardOutput } from './standard-output.js';

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

import type { IncomingMessage } from 'node:http';
import { randomIds } from './id-generator.js';

/** Only these characters are harmless in a header, a log line and a file name. */
const sane = /^[A-Za-z0-9._-]{1,128}$/;

/** Takes the client's `x-request-id` where it is usable, so that its logs and ours share one id; otherwise it makes `req_…`. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && sane.test(given) ? given : randomIds.next('req');
}

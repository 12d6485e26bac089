import type { FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import type { Settings } from '../config/settings.js';
import type { ApiError } from '../common/api-error.js';
import { hostNotAllowed, originNotAllowed } from '../common/gate-errors.js';
import { unsupportedMediaType } from '../common/error-table.js';

/** A form or a script without a preflight may send these (Fetch standard, "CORS-safelisted request-header"). */
const SIMPLE_TYPES =
  /^\s*(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/**
 * Keeps web pages away from a service on a laptop, which may need no key at all. A page can call localhost through the
 * browser: with a host name of its own that it rebinds to 127.0.0.1, with a request that needs no preflight, or with a
 * WebSocket, which knows no CORS.
 */
export function refuseBrowser(
  { headers, method }: FastifyRequest,
  { access, server }: Pick<Settings, 'access' | 'server'>,
): ApiError | undefined {
  const { allowedHosts, corsOrigins } = access;
  const checksHost = allowedHosts.length > 0 || isLoopback(server.host);
  if (checksHost && !isOwnName(hostName(headers.host), allowedHosts)) return hostNotAllowed();
  const { origin } = headers;
  if (origin === undefined) return undefined;
  if (corsOrigins.includes('*') || corsOrigins.includes(origin)) return undefined;
  if (headers.upgrade !== undefined) return originNotAllowed();
  const type = headers['content-type'];
  if (method === 'POST' && (type === undefined || SIMPLE_TYPES.test(type))) {
    return unsupportedMediaType(
      'A request from a web page needs the content type application/json.',
    );
  }
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** All clients of one service call it by a few names. */
const lastHost = { host: '', name: '' };

/** Takes away the port, and the brackets of IPv6. */
function hostName(host = ''): string {
  if (host !== lastHost.host) Object.assign(lastHost, { host, name: nameIn(host) });
  return lastHost.name;
}

function nameIn(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function isOwnName(host: string, allowed: readonly string[]): boolean {
  const isLocal = host === '' || host === 'localhost' || host.endsWith('.localhost');
  return isLocal || isIP(host) !== 0 || allowed.includes(host);
}

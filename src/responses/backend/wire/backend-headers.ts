import type { IncomingHttpHeaders } from 'node:http';
import type { BackendHeaders } from '../errors/error-shape.js';

/** RFC 9110, section 7.6.1: these belong to one connection and never travel on. */
const hopByHopHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * These are about the backend's host, not about ours: the browser would apply them to this proxy, or the server in front would
 * send a file of its own. So are all of CORS.
 */
const backendOnlyHeaders = new Set([
  'set-cookie',
  'alt-svc',
  'strict-transport-security',
  'clear-site-data',
  'content-security-policy-report-only',
  'nel',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'x-accel-redirect',
  'x-sendfile',
]);
const corsHeaders = 'access-control-';

const userAgent = 'responses-proxy';

export interface RequestHeaderParts {
  apiKey: string | undefined;
  /** This header carries the key where it is not `Authorization: Bearer`. */
  apiKeyHeader?: string | undefined;
  hostHeader: string | undefined;
  /** Of the client's headers these are allowed to travel, names in lower case. */
  forwarded: Readonly<Record<string, string>>;
}

/** Makes the part of the request headers that every backend call has: who asks, and with which key. */
export function backendRequestHeaders(parts: RequestHeaderParts): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': userAgent, ...parts.forwarded };
  if (parts.apiKey !== undefined) {
    if (parts.apiKeyHeader === undefined) headers.authorization = `Bearer ${parts.apiKey}`;
    else headers[parts.apiKeyHeader] = parts.apiKey;
  }
  if (parts.hostHeader !== undefined) headers.host = parts.hostHeader;
  return headers;
}

/** Picks the client's headers that the configuration lets through. */
export function pickHeaders(
  headers: IncomingHttpHeaders,
  names: readonly string[],
): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) picked[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return picked;
}

/** Gives the backend's response headers as a client of this proxy may see them. */
export function endToEndHeaders(headers: BackendHeaders): Record<string, string | string[]> {
  const named = headers.connection ?? '';
  const nominated = new Set(
    (Array.isArray(named) ? named.join(',') : named)
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || hopByHopHeaders.has(name) || nominated.has(name)) continue;
    if (backendOnlyHeaders.has(name) || name.startsWith(corsHeaders)) continue;
    kept[name] = value;
  }
  return kept;
}

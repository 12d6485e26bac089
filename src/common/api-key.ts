import type { IncomingHttpHeaders } from 'node:http';
import { isPrivateHost } from '../config/private-host.js';
import type { Settings } from '../config/settings.js';
import { missingApiKey } from './error-table.js';

/**
 * Finds the client's key: `Authorization: Bearer KEY` (any case of the scheme, or the bare key), else `x-api-key: KEY`. Other
 * schemes, such as Basic, hold no key.
 */
export function extractApiKey(headers: IncomingHttpHeaders): string | undefined {
  return bearerToken(headers.authorization) ?? firstNonEmpty(headers['x-api-key']);
}

type KeySettings = Pick<Settings, 'access' | 'backend'>;

/**
 * Gives the key that goes to a backend. The operator's goes before the client's, which is for this proxy alone with
 * PROXY_API_KEYS or CALLERS_FILE, and goes to no backend that is not meant to have it.
 */
export function keyForBackend(
  clientKey: string | undefined,
  settings: KeySettings,
): string | undefined {
  return settings.backend.apiKey ?? (takesClientKeys(settings) ? clientKey : undefined);
}

/**
 * Tells whether a backend can be called only with a key of the client's. Those in the private network, such as Ollama or a vLLM
 * next door, are usually open: for them a missing key is theirs to judge.
 */
export function needsClientKey(settings: KeySettings): boolean {
  const { apiKey, url } = settings.backend;
  return apiKey === undefined && takesClientKeys(settings) && !isPrivateHost(url.hostname);
}

/**
 * Insists on a key.
 * @throws ApiError 401 when the client sent no key and the backend needs one.
 */
export function requireApiKey(clientKey: string | undefined, settings: KeySettings): void {
  if (needsClientKey(settings) && clientKey === undefined) throw missingApiKey();
}

/** Tells that this service has keys of its own, which go to no backend. */
export function checksKeys({ keyDigests, callersFile }: Settings['access']): boolean {
  return keyDigests.length > 0 || callersFile !== undefined;
}

function takesClientKeys({ access, backend }: KeySettings): boolean {
  return !checksKeys(access) && backend.takesClientKeys;
}

function bearerToken(authorization: string | undefined): string | undefined {
  const value = authorization?.trim() ?? '';
  const scheme = /^bearer(?:\s+|$)/i.exec(value);
  if (scheme !== null) return value.slice(scheme[0].length) || undefined;
  return /\s/.test(value) ? undefined : value || undefined;
}

function firstNonEmpty(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  const key = text?.trim();
  return key === '' ? undefined : key;
}

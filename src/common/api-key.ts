import type { IncomingHttpHeaders } from 'node:http';
import { isPrivateHost } from '../config/private-host.js';
import type { Settings } from '../config/settings.js';
import { missingApiKey } from './error-table.js';

/**
 * The client's key: `Authorization: Bearer KEY` (any case of the scheme, or the bare key), else `x-api-key: KEY`.
 * Other schemes, such as Basic, hold no key.
 */
export function extractApiKey(headers: IncomingHttpHeaders): string | undefined {
  return bearerToken(headers.authorization) ?? firstNonEmpty(headers['x-api-key']);
}

/**
 * The key that goes to the backend. With PROXY_API_KEYS it is the operator's: the client's is for this proxy alone.
 * Otherwise it is the client's, or a 401 when there is none; but backends in the private network, such as Ollama or a
 * vLLM next door, are usually open: for those a missing key is theirs to judge.
 */
export function keyForBackend(
  headers: IncomingHttpHeaders,
  { access, backend }: Pick<Settings, 'access' | 'backend'>,
): string | undefined {
  if (access.keyDigests.length > 0) return backend.apiKey;
  const key = extractApiKey(headers);
  if (key === undefined && !isPrivateHost(backend.url.hostname)) throw missingApiKey();
  return key;
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

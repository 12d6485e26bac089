/** Names the API that a backend is asked in. */
export const backendApis = ['chat', 'responses'] as const;
export type BackendApi = (typeof backendApis)[number];

/**
 * Gives the URL by which a backend is known in the whole service: its chat completions endpoint, beside which all others are. For
 * a backend that is asked in the Responses API the URL is the base or the full `/responses`.
 */
export function backendEndpoint(backendUrl: string, api: BackendApi): URL {
  if (api === 'chat') return chatEndpoint(backendUrl);
  const url = new URL(backendUrl);
  const path = url.pathname
    .replace(/(?<!\/)\/+$/, '')
    .replace(/\/(?:responses|chat\/completions)$/, '');
  url.pathname = `${path === '' && url.pathname === '/' ? '/v1' : path}/chat/completions`;
  return url;
}

/**
 * Gives the chat completions endpoint behind BACKEND_URL. Other clients take the base URL (`http://host:8000/v1`), so that form,
 * and the server alone, are taken too; any other path is meant as it stands.
 */
export function chatEndpoint(backendUrl: string): URL {
  const url = new URL(backendUrl);
  const path = url.pathname.replace(/(?<!\/)\/+$/, '');
  if (path === '') url.pathname = '/v1/chat/completions';
  else if (/\/(?:v\d[a-z0-9]*|openai|compatible-mode)$/.test(path)) {
    url.pathname = `${path}/chat/completions`;
  }
  return url;
}

/** An http or https URL without user, password or fragment. */
export function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.hash === '';
}

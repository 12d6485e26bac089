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

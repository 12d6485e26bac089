/** Gives the path of a URL below `prefix`, or undefined where it is elsewhere. Without a prefix only the API is the service's. */
export function pathBelow(prefix: string, url: string): string | undefined {
  if (prefix === '') return /^\/v1(?:[/?]|$)/.test(url) ? url : undefined;
  if (!url.startsWith(prefix)) return undefined;
  const rest = url.slice(prefix.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : undefined;
}

/** `/llm/`, `llm` and `/llm` are one prefix, and `/` is none. */
export function normalizedPrefix(prefix = ''): string {
  const path = prefix.split('/').filter(Boolean).join('/');
  return path === '' ? '' : `/${path}`;
}

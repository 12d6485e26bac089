/**
 * Names another endpoint of the API that a chat completions URL belongs to: the last `/chat/completions` becomes `/NAME` and what
 * follows it is dropped, except the query, which Azure needs (`api-version`). Where there is none, NAME becomes the sibling.
 */
export function siblingUrl(backendUrl: URL, name: string): URL {
  const url = new URL(backendUrl);
  const cut = url.pathname.lastIndexOf('/chat/completions');
  if (cut === -1) return new URL(`${name}${url.search}`, url);
  url.pathname = `${url.pathname.slice(0, cut)}/${name}`;
  return url;
}

/** Names an endpoint of the server itself, beside its `/v1`: `http://h/x/v1/chat/completions` gives `http://h/x/NAME`. */
export function serverUrl(backendUrl: URL, name: string): URL {
  const url = siblingUrl(backendUrl, name);
  const parent = url.pathname.slice(0, -name.length - 1);
  url.pathname = `${parent.replace(/\/v1$/, '')}/${name}`;
  return url;
}

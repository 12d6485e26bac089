/**
 * The models endpoint beside a chat completions endpoint: the last `/chat/completions` becomes `/models` and what
 * follows it is dropped, except the query, which Azure needs (`api-version`). Without one: the sibling `models`.
 */
export function modelsUrl(backendUrl: URL): URL {
  const url = new URL(backendUrl);
  const cut = url.pathname.lastIndexOf('/chat/completions');
  if (cut === -1) return new URL(`models${url.search}`, url);
  url.pathname = `${url.pathname.slice(0, cut)}/models`;
  return url;
}

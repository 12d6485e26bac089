import { siblingUrl } from '../wire/sibling-url.js';

/** The model list beside a chat completions endpoint. */
export function modelsUrl(backendUrl: URL): URL {
  return siblingUrl(backendUrl, 'models');
}

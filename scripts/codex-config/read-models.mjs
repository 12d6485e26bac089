/* global AbortSignal, fetch */

const TIMEOUT_MS = 10_000;

/**
 * Reads the models that the proxy lists, with what is known of their context.
 * @returns {Promise<{id: string, contextWindow?: number}[]>}
 */
export async function readModels(url, apiKey) {
  const reply = await fetch(`${url}/v1/models?client_version=0`, {
    headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!reply.ok) throw new Error(`${url}/v1/models answered with status ${reply.status}.`);
  const { models } = await reply.json();
  if (!Array.isArray(models)) throw new Error(`${url}/v1/models has no model list.`);
  return models.map(({ slug, context_window: contextWindow }) => ({ id: slug, contextWindow }));
}

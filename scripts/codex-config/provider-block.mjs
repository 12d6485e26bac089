export const PROVIDER = 'responses';

/** JSON's strings are TOML's basic strings, but for DEL. */
const quote = (text) => JSON.stringify(text).replace(/\x7f/g, '\\u007f');

/**
 * Makes what goes into config.toml. docs/codex.md is the source of every line.
 * @param {{url: string, model: {id: string, contextWindow?: number}, catalog: boolean}} choice
 */
export function providerConfig({ url, model, catalog }) {
  const settings = {
    model: quote(model.id),
    model_provider: quote(PROVIDER),
    ...(model.contextWindow === undefined
      ? {}
      : { model_context_window: String(model.contextWindow) }),
    web_search: quote('disabled'),
  };
  const lines = [
    `[model_providers.${PROVIDER}]`,
    'name = "Responses proxy"',
    `base_url = ${quote(`${url}/v1`)}`,
    'wire_api = "responses"',
    'env_key = "RESPONSES_API_KEY"',
    ...(catalog ? [`model_catalog_url = ${quote(`${url}/v1/models`)}`] : []),
  ];
  return { provider: PROVIDER, settings, block: lines.join('\n') };
}

/** Writes it as one file, for reading or pasting. */
export function asText({ settings, block }) {
  const top = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  return `${top.join('\n')}\n\n${block}\n`;
}

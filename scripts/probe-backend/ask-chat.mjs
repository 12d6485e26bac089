/* global AbortSignal, fetch */

const TIMEOUT_MS = 120_000;
const MOST_TEXT = 1_000_000;

/**
 * Asks one question. `taken` is true for an answer, false for a refusal of the form (400, 404, 415, 422), undefined where nothing
 * can be told (a limit, an outage). `text` is the body, a stream's as it came.
 */
export function chatAsker({ url, model, key }) {
  const headers = { 'content-type': 'application/json' };
  if (key) Object.assign(headers, { authorization: `Bearer ${key}`, 'api-key': key });
  return async function ask(fields, limit = 'max_tokens') {
    const body = {
      model,
      messages: [{ role: 'user', content: 'Say hi.' }],
      ...(limit === undefined ? {} : { [limit]: 64 }),
      ...fields,
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
    const text = (await reply.text()).slice(0, MOST_TEXT);
    return { status: reply.status, text, taken: verdict(reply.status) };
  };
}

function verdict(status) {
  if (status < 300) return true;
  return [400, 404, 415, 422].includes(status) ? false : undefined;
}

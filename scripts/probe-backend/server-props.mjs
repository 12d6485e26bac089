/* global AbortSignal, URL, fetch */
import { readContextWindow, readServerProps } from './read-source.mjs';

const TIMEOUT_MS = 10_000;

/**
 * Gives the fields of a profile that the server tells of itself: the context from its model list, and from llama-server's `/props` what
 * its template shows. Of a server that tells nothing it gives none.
 */
export async function serverProps(url, model, key) {
  const endpoint = /(?:\/v1)?\/chat\/completions$/;
  const list = await read(url, (path) => path.replace(/\/chat\/completions$/, '/models'), key);
  const entries = Array.isArray(list?.data) ? list.data : [];
  const entry = entries.find(({ id }) => id === model) ?? (entries.length === 1 ? entries[0] : {});
  const props = readServerProps(await read(url, (path) => path.replace(endpoint, '/props'), key));
  const contextWindow = props?.contextWindow ?? readContextWindow(entry);
  return { ...props?.dialect, ...(contextWindow === undefined ? {} : { contextWindow }) };
}

async function read(url, pathOf, key) {
  const asked = new URL(url);
  asked.pathname = pathOf(asked.pathname);
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  try {
    const reply = await fetch(asked, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return reply.ok ? await reply.json() : undefined;
  } catch {
    return undefined;
  }
}

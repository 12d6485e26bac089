/* global AbortSignal, URL, fetch */
import { readServerProps } from '../../src/responses/backend/profiles/server-props.ts';

const TIMEOUT_MS = 10_000;

/** Gives the fields of a profile that a llama-server tells of itself; of another server it gives none. */
export async function serverProps(url, key) {
  const asked = new URL(url);
  asked.pathname = asked.pathname.replace(/(?:\/v1)?\/chat\/completions$/, '/props');
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  try {
    const reply = await fetch(asked, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const told = reply.ok ? readServerProps(await reply.json()) : undefined;
    if (told === undefined) return {};
    const { dialect, contextWindow } = told;
    return { ...dialect, ...(contextWindow === undefined ? {} : { contextWindow }) };
  } catch {
    return {};
  }
}

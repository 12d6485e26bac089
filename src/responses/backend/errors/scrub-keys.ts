const MASK = '***';

/**
 * These are prefixes of the vendors' keys, and keys that stand behind `Bearer` or `api_key=`. White space is bounded everywhere:
 * a backend that answers with a long run of spaces must not cost quadratic time.
 */
const keyPatterns = [
  /\b(?:sk|pk|rk|cpk|gsk|xai|hf|fw|nvapi|csk|tgp|r8|or)[-_][A-Za-z0-9._*-]{6,}/g,
  /\bAIza[A-Za-z0-9_-]{10,}/g,
  /(?<=\bBearer\s{1,8})[^\s"',;]{6,}/gi,
  /(?<=\b(?:api[-_ ]?key|authorization|token)["']?\s{0,8}[=:]\s{0,8}["']?)(?!Bearer\b)[A-Za-z0-9._-]{12,}/gi,
];

/**
 * Masks keys. Backends quote the key that they refuse, so it is masked before it travels on, also in the encodings that a
 * quotation may have (base64, percent signs), and so is what looks like a key.
 */
export function scrubKeys(text: string, hidden: string | readonly string[] = []): string {
  const known = [hidden].flat().flatMap(formsOf);
  const erased = known.reduce((rest, form) => rest.replaceAll(form, MASK), text);
  return keyPatterns.reduce((scrubbed, pattern) => scrubbed.replace(pattern, MASK), erased);
}

/** Gives a key as it stands and as it may be quoted. Keys of less than eight characters would erase words of the message. */
export function formsOf(apiKey: string): string[] {
  if (apiKey.length < 8) return [];
  const base64 = Buffer.from(apiKey)
    .toString('base64')
    .replace(/={1,2}$/, '');
  const basic = Buffer.from(`:${apiKey}`)
    .toString('base64')
    .replace(/={1,2}$/, '');
  const json = JSON.stringify(apiKey).slice(1, -1);
  return [...new Set([apiKey, json, encodeURIComponent(apiKey), base64, basic])];
}

/** Gives the operator's key in all its forms, each with its mask, for bytes that go to a client as the backend sent them. */
export function maskedForms(apiKey: string): (readonly [form: string, mask: string])[] {
  return formsOf(apiKey).map((form) => [form, MASK]);
}

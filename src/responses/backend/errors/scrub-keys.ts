/** Stands for a key. */
export const MASK = '***';

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
 * quotation may have (base64, hexadecimal, percent signs, escapes of JSON), and so is what looks like a key.
 */
export function scrubKeys(text: string, hidden: string | readonly string[] = []): string {
  const known = [hidden].flat().flatMap(formsOf);
  const erased = known.reduce((rest, form) => rest.replaceAll(form, MASK), text);
  return keyPatterns.reduce((scrubbed, pattern) => scrubbed.replace(pattern, MASK), erased);
}

/** Gives a key as it stands and as it may be quoted. Keys of less than eight characters would erase words of the message. */
export function formsOf(apiKey: string): string[] {
  if (apiKey.length < 8) return [];
  const bytes = Buffer.from(apiKey);
  const hex = bytes.toString('hex');
  return [
    ...new Set([
      apiKey,
      ...jsonForms(apiKey),
      ...percentForms(apiKey),
      hex,
      hex.toUpperCase(),
      ...['', ':', 'Bearer '].map((before) => wholeBase64(before + apiKey)),
      ...[0, 1, 2].flatMap((offset) => innerBase64(bytes, offset)),
    ]),
  ];
}

/** Gives a key as writers of JSON escape it: PHP escapes slashes, Go and .NET what HTML could misread. */
function jsonForms(apiKey: string): string[] {
  const json = JSON.stringify(apiKey).slice(1, -1);
  const forHtml = json.replace(/[&'+<>]/g, (sign) => `\\u00${Buffer.from(sign).toString('hex')}`);
  const upper = forHtml.replace(/(?<=\\u00)[0-9a-f]{2}/g, (digits) => digits.toUpperCase());
  return [json, json.replaceAll('/', '\\/'), forHtml, upper];
}

function percentForms(apiKey: string): string[] {
  const once = encodeURIComponent(apiKey);
  const lower = once.replace(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase());
  return [once, lower, encodeURIComponent(once), encodeURIComponent(lower)];
}

function wholeBase64(text: string): string {
  return Buffer.from(text)
    .toString('base64')
    .replace(/={1,2}$/, '');
}

/** Gives what of the base64 of any text holds nothing but the key, which begins there so many bytes behind a group of three. */
function innerBase64(key: Buffer, offset: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(offset), key]);
  const from = Math.ceil((8 * offset) / 6);
  const to = Math.floor((8 * padded.length) / 6);
  return (['base64', 'base64url'] as const).map((form) => padded.toString(form).slice(from, to));
}

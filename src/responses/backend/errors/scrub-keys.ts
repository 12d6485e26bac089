/** Prefixes of the vendors' keys, and keys that stand behind `Bearer` or `api_key=`. */
const keyPatterns = [
  /\b(?:sk|pk|rk|cpk|gsk|xai|hf|fw|nvapi|csk|tgp|r8|or)[-_][A-Za-z0-9._*-]{6,}/g,
  /\bAIza[A-Za-z0-9_-]{10,}/g,
  /(?<=\bBearer\s+)[^\s"',;]{6,}/gi,
  /(?<=\b(?:api[-_ ]?key|authorization|token)["']?\s*[=:]\s*["']?)(?!Bearer\b)[A-Za-z0-9._-]{12,}/gi,
];

/** Backends quote the key that they refuse. It is masked before it travels on, and so is what looks like one. */
export function scrubKeys(text: string, apiKey?: string): string {
  const known = apiKey !== undefined && apiKey.length >= 8 ? text.replaceAll(apiKey, '***') : text;
  return keyPatterns.reduce((scrubbed, pattern) => scrubbed.replace(pattern, '***'), known);
}

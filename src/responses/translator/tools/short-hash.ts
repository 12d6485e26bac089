/**
 * Computes FNV-1a, 32 bits, over UTF-16 code units. It is no security: names and ids only have to come out the same on every
 * replica and every turn, without node:crypto in the pure layers.
 */
function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** Gives eight hexadecimal digits. */
export function shortHash(text: string): string {
  return fnv1a(text, 0x811c9dc5).toString(16).padStart(8, '0');
}

/** Gives nine characters of `[a-z0-9]`, the only form of call id that Mistral takes. */
export function alphanumeric9(text: string): string {
  const high = fnv1a(text, 0x811c9dc5).toString(36).padStart(7, '0');
  const low = fnv1a(text, 0x9dc5811c).toString(36).padStart(7, '0');
  return low.slice(-2) + high;
}

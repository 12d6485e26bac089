import { parseJson } from './json.js';
import { afterString } from './json-excess.js';

const QUOTE = 0x22;
const COLON = 0x3a;
const OPENINGS = new Set([0x5b, 0x7b]);
const CLOSINGS = new Set([0x5d, 0x7d]);
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Longer strings are none of the values that are looked for. */
const longestText = 1_024;

/**
 * Finds the strings that stand under these names in the object that a JSON text is, without parsing it: what a message is can be
 * told at once, however large it is. Names that are written with escapes are not found; in a text that is no JSON
 * anything may be found.
 */
export function topLevelTexts(
  bytes: Buffer,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let depth = 0;
  let name: string | undefined;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (OPENINGS.has(byte)) depth += 1;
    else if (CLOSINGS.has(byte)) depth -= 1;
    if (byte !== QUOTE) continue;
    const end = afterString(bytes, at + 1);
    if (depth === 1) {
      const isLong = end - at > longestText;
      if (isName(bytes, end)) {
        name = isLong ? undefined : nameAt(bytes, at + 1, end - 1, names);
      } else if (name !== undefined && !isLong) {
        const text = parseJson(bytes.toString('utf8', at, end));
        if (typeof text === 'string') found.set(name, text);
      }
    }
    at = end - 1;
  }
  return found;
}

function nameAt(
  bytes: Buffer,
  start: number,
  end: number,
  names: readonly string[],
): string | undefined {
  if (!names.some(({ length }) => length === end - start)) return undefined;
  const name = bytes.toString('latin1', start, end);
  return names.includes(name) ? name : undefined;
}

function isName(bytes: Buffer, end: number): boolean {
  let at = end;
  while (WHITESPACE.has(bytes[at] ?? 0)) at += 1;
  return bytes[at] === COLON;
}

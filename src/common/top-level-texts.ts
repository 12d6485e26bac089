import { parseJson } from './json.js';
import {
  QUOTE,
  COLON,
  OPENING_LIST,
  OPENING_OBJECT,
  CLOSING_LIST,
  CLOSING_OBJECT,
} from './json-bytes.js';
import { afterString } from './json-excess.js';

const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Longer strings are none of the values that are looked for. */
const longestText = 1_024;

/** Between a name and its colon there is hardly ever a space. */
const longestGap = 64;

/** The search ends after so many strings and bytes between them: large texts are mostly within their strings. */
const mostSteps = 1_000_000;

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
  const { length } = bytes;
  let depth = 0;
  let name: string | undefined;
  for (let at = 0, steps = 0; at < length && steps < mostSteps; at += 1, steps += 1) {
    const byte = bytes[at];
    if (byte === OPENING_LIST || byte === OPENING_OBJECT) depth += 1;
    else if (byte === CLOSING_LIST || byte === CLOSING_OBJECT) depth -= 1;
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
  const last = end + longestGap;
  while (at < last && WHITESPACE.has(bytes[at] ?? 0)) at += 1;
  return bytes[at] === COLON;
}

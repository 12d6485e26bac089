import {
  QUOTE,
  BACKSLASH,
  COMMA,
  COLON,
  OPENING_LIST,
  OPENING_OBJECT,
  CLOSING_LIST,
  CLOSING_OBJECT,
} from './json-bytes.js';

interface JsonLimits {
  /** Counts commas and colons outside strings. */
  separators: number;
  /** Counts colons alone: a name that was not there before costs the engine several times what a value does. */
  names: number;
  /** Counts lists and objects within each other. */
  depth: number;
}

/**
 * Says what of a JSON text is beyond the limits, without parsing it: an object of half a million names, or as many lists within
 * each other, cost the engine seconds, a string of the same size nothing. It stops at a limit, and is linear in the bytes.
 */
export function excessOf(bytes: Buffer, limits: JsonLimits): keyof JsonLimits | undefined {
  let commas = 0;
  let names = 0;
  let depth = 0;
  let at = 0;
  const { length } = bytes;
  while (at < length) {
    const byte = bytes[at] ?? 0;
    at += 1;
    switch (byte) {
      case QUOTE:
        at = afterString(bytes, at);
        break;
      case COLON:
        names += 1;
        if (names > limits.names) return 'names';
        if (commas + names > limits.separators) return 'separators';
        break;
      case COMMA:
        commas += 1;
        if (commas + names > limits.separators) return 'separators';
        break;
      case OPENING_LIST:
      case OPENING_OBJECT:
        depth += 1;
        if (depth > limits.depth) return 'depth';
        break;
      case CLOSING_LIST:
      case CLOSING_OBJECT:
        depth -= 1;
    }
  }
  return undefined;
}

/**
 * Finds where the string ends that begins before `start`. The engine's search takes long strings at once; it would be slow on a
 * string of many quotes.
 */
export function afterString(bytes: Buffer, start: number): number {
  const quote = bytes.indexOf(QUOTE, start);
  if (quote < 0) return bytes.length;
  if (!isEscaped(bytes, quote, start)) return quote + 1;
  let at = quote + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function isEscaped(bytes: Buffer, quote: number, start: number): boolean {
  let first = quote;
  while (first > start && bytes[first - 1] === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}

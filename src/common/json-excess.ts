const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENINGS = new Set([0x5b, 0x7b]);
const CLOSINGS = new Set([0x5d, 0x7d]);

interface JsonLimits {
  /** Commas and colons outside strings. */
  separators: number;
  /** Lists and objects within each other. */
  depth: number;
}

/**
 * What of a JSON text is beyond the limits, found without parsing it: an object of half a million names, or as many lists
 * within each other, cost the engine seconds, a string of the same size nothing. Stops at a limit; linear in the bytes.
 */
export function excessOf(bytes: Buffer, limits: JsonLimits): keyof JsonLimits | undefined {
  let separators = 0;
  let depth = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    at += 1;
    if (byte === QUOTE) at = afterString(bytes, at);
    else if (byte === COMMA || byte === COLON) separators += 1;
    else if (OPENINGS.has(byte)) depth += 1;
    else if (CLOSINGS.has(byte)) depth -= 1;
    if (separators > limits.separators) return 'separators';
    if (depth > limits.depth) return 'depth';
  }
  return undefined;
}

function afterString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start);
  while (end >= 0 && isEscaped(bytes, end, start)) end = bytes.indexOf(QUOTE, end + 1);
  return end < 0 ? bytes.length : end + 1;
}

function isEscaped(bytes: Buffer, quote: number, start: number): boolean {
  let first = quote;
  while (first > start && bytes[first - 1] === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}

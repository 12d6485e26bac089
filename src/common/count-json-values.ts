const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Whether a JSON text has more than so many commas and colons outside its strings, without parsing it: an object of half
 * a million names costs the engine seconds, a string of the same size nothing. Stops at the limit; linear in the bytes.
 */
export function holdsMoreValuesThan(bytes: Buffer, most: number): boolean {
  let found = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    at += 1;
    if (byte === QUOTE) at = afterString(bytes, at);
    else if (byte === COMMA || byte === COLON) found += 1;
    if (found > most) return true;
  }
  return false;
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

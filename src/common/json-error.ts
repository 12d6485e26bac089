/** Says what may come next; `value?` and `key?` also allow the closing bracket of an empty container. */
type Expectation = 'value' | 'value?' | 'key' | 'key?' | 'colon' | 'comma' | 'end';

const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** A longer text is searched so far: nobody counts lines by the hundred thousand, and the search would hold others up. */
const searchedCharacters = 1_000_000;

/** So close to where the search ends a token may be cut in two. */
const longestEscape = 6;

/**
 * Says where a text stops being JSON: `unexpected character at line 3, column 7 (position 41)`. It is only for a text that
 * JSON.parse has refused.
 */
export function findJsonError(text: string): string {
  const searched = text.slice(0, searchedCharacters);
  const position = positionOfError(searched);
  const isCut = searched !== text && position > searched.length - longestEscape;
  return isCut ? `not within its first ${searchedCharacters} characters` : describe(text, position);
}

/** Gives the length of the text where it is too short to be JSON. */
function positionOfError(text: string): number {
  const containers: string[] = [];
  let expected: Expectation = 'value';
  let offset = skipWhitespace(text, 0);
  while (offset < text.length) {
    const start = text.charAt(offset);
    const next = afterToken(start, expected, containers);
    const end = next === undefined ? offset : endOfToken(text, offset);
    if (next === undefined || end < 0 || end === offset) return Math.abs(end);
    expected = next;
    offset = skipWhitespace(text, end);
  }
  return text.length;
}

/** Says what a token that begins with `start` leads to. Gives undefined where it may not stand. */
function afterToken(
  start: string,
  expected: Expectation,
  containers: string[],
): Expectation | undefined {
  const wantsValue = expected === 'value' || expected === 'value?';
  const afterValue = (): Expectation => (containers.length === 0 ? 'end' : 'comma');
  switch (start) {
    case '{':
    case '[':
      containers.push(start);
      if (!wantsValue) return undefined;
      return start === '{' ? 'key?' : 'value?';
    case '}':
      if (expected !== 'key?' && expected !== 'comma') return undefined;
      return containers.pop() === '{' ? afterValue() : undefined;
    case ']':
      if (expected !== 'value?' && expected !== 'comma') return undefined;
      return containers.pop() === '[' ? afterValue() : undefined;
    case ':':
      return expected === 'colon' ? 'value' : undefined;
    case ',':
      if (expected !== 'comma') return undefined;
      return containers.at(-1) === '{' ? 'key' : 'value';
    case '"':
      if (expected === 'key' || expected === 'key?') return 'colon';
      return wantsValue ? afterValue() : undefined;
    default:
      return wantsValue ? afterValue() : undefined;
  }
}

/** Gives the offset behind a token; a broken string gives its bad character's offset, negated. */
function endOfToken(text: string, offset: number): number {
  const start = text.charAt(offset);
  if (start === '"') return endOfString(text, offset + 1);
  if ('{}[]:,'.includes(start)) return offset + 1;
  literal.lastIndex = offset;
  return literal.test(text) ? literal.lastIndex : offset;
}

function endOfString(text: string, start: number): number {
  let offset = start;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) return offset + 1;
    if (code < 0x20) return -offset;
    if (code === 0x5c) {
      escape.lastIndex = offset;
      if (!escape.test(text)) return -offset;
      offset = escape.lastIndex;
    } else offset += 1;
  }
  return -text.length;
}

function skipWhitespace(text: string, start: number): number {
  let offset = start;
  while (offset < text.length && ' \t\n\r'.includes(text.charAt(offset))) offset += 1;
  return offset;
}

function describe(text: string, position: number): string {
  if (position >= text.length) return 'it ends too early';
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  return `unexpected character at line ${line}, column ${column} (position ${position})`;
}

/** What a JSON value is, in the words of OpenAI's messages. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return 'a boolean';
    case 'number':
      return Number.isInteger(value) ? 'an integer' : 'a decimal';
    case 'string':
      return 'a string';
    default:
      return Array.isArray(value) ? 'an array' : 'an object';
  }
}

const longestTold = 200;

/** A client's word as it may stand in a message: the log, and every search of it, pays for each character. */
export function told(value: unknown): string {
  const text = String(value);
  return text.length <= longestTold ? text : `${text.slice(0, longestTold)}…`;
}

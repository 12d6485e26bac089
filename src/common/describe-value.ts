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

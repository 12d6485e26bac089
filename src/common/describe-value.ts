/** Says what a JSON value is, in the words of OpenAI's messages. */
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

/** Shortens a client's word for a message: the log, and every search of it, pays for each character. */
export function told(value: unknown): string {
  return shortened(String(value), longestTold);
}

/** Gives the beginning of a long text, with a mark that it goes on. */
export function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/**
 * Tells whether a name is one of those that a pattern stands for, in which `*` is any characters and case does not matter. Its
 * time is that of a search for each part of the pattern, whatever the name.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const text = name.toLowerCase();
  const [first = '', ...others] = pattern.toLowerCase().split('*');
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * Tells whether a text that began as a JSON object, array or string stops before it closes. It takes one pass over the text; what
 * does not begin as JSON is a bare value and never counts as cut.
 */
export function endsInsideJson(text: string): boolean {
  const start = text.search(/\S/);
  if (start < 0 || !'{["'.includes(text.charAt(start))) return false;
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === BACKSLASH) index++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) {
      inString = true;
    } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      depth++;
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth--;
    }
  }
  return inString || depth > 0;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

import {
  BACKSLASH,
  CLOSING_LIST,
  CLOSING_OBJECT,
  OPENING_LIST,
  OPENING_OBJECT,
  QUOTE,
} from '../../../../common/json-bytes.js';

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
    } else if (unit === OPENING_OBJECT || unit === OPENING_LIST) {
      depth++;
    } else if (unit === CLOSING_OBJECT || unit === CLOSING_LIST) {
      depth--;
    }
  }
  return inString || depth > 0;
}

import type { TranslationWarning } from '../translator/warning.js';

export const WARNINGS_HEADER = 'x-responses-warnings';

/** Node and proxies refuse large heads; what does not fit is counted in a last entry. */
const MAX_CHARACTERS = 4_096;

/** Makes the header of what a request lost; there is none when nothing was. */
export function warningsHeader(warnings: readonly TranslationWarning[]): Record<string, string> {
  return warnings.length === 0 ? {} : { [WARNINGS_HEADER]: formatWarningsHeader(warnings) };
}

/** Formats compact JSON in ASCII, `[{"code","param","message"}]`, cut to whole entries. */
export function formatWarningsHeader(warnings: readonly TranslationWarning[]): string {
  const entries: string[] = [];
  let length = 2;
  for (const warning of warnings) {
    const entry = toAscii(JSON.stringify(warning));
    if (length + entry.length + 64 > MAX_CHARACTERS) break;
    entries.push(entry);
    length += entry.length + 1;
  }
  const omitted = warnings.length - entries.length;
  if (omitted > 0) {
    const message = `${omitted} more`;
    entries.push(JSON.stringify({ code: 'warnings_omitted', param: null, message }));
  }
  return `[${entries.join(',')}]`;
}

function toAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

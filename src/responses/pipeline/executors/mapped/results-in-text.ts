import type { WebSearchResult } from '../web-search/web-search-provider.port.js';

const MOST_RESULTS = 50;

/**
 * Reads the results of a search that were told in words: each paragraph that names a page is one, and what has no page of its own
 * belongs to the one before, or to the first. Words that name no page at all are one result without any.
 */
export function resultsInText(text: string): WebSearchResult[] {
  const results: WebSearchResult[] = [];
  let loose = '';
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const url = urlIn(paragraph);
    const last = results.at(-1);
    if (url !== undefined && results.length < MOST_RESULTS) {
      results.push({ url, title: titleOf(paragraph, url), snippet: `${loose}${paragraph}`.trim() });
      loose = '';
    } else if (last === undefined) loose += `${paragraph}\n\n`;
    else last.snippet += `\n\n${paragraph}`;
  }
  const words = loose.trim();
  return results.length > 0 || words === '' ? results : [{ title: '', snippet: words }];
}

function urlIn(paragraph: string): string | undefined {
  const [found] = /https?:\/\/[^\s<>"'()[\]{}]{1,2000}/i.exec(paragraph) ?? [];
  const url = found?.replace(/[.,;:!?*`]{1,5}$/, '');
  return url !== undefined && URL.canParse(url) ? url : undefined;
}

/** The first line says what the page is about, unless it is the URL. */
function titleOf(paragraph: string, url: string): string {
  const first = paragraph.trim().split('\n', 1)[0] ?? '';
  const words = first
    .replace(url, ' ')
    .replace(/^[\s#*>\-\d.)]{0,20}(?:title:)?/i, '')
    .replace(/[^\p{L}\p{N}"'!?%]{1,20}$/u, '')
    .replace(/[[\]()*]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return (words === '' ? url : words).slice(0, 300);
}

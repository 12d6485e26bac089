import type { FileCitation, UrlCitation } from '../../../../contracts/responses/content.js';

/** A text has so many citations at most, and a Markdown link so many characters before its URL. */
const MOST_CITATIONS = 200;
const LONGEST_LABEL = 300;
const MOST_TRAILING = 20;

/**
 * Finds where a text cites its sources: a Markdown link to one of them, as a whole, or its bare URL. Indexes are UTF-16 code units.
 * @param sources has the titles of the pages that may be cited, by URL.
 */
export function findCitations(
  text: string,
  sources: ReadonlyMap<string, string> = new Map(),
): UrlCitation[] {
  if (sources.size === 0) return [];
  const known = new Map([...sources].map(([url, title]) => [pageOf(url), { url, title }]));
  const citations: UrlCitation[] = [];
  for (const { 0: run, index } of text.matchAll(/https?:\/\/[^\s<>"[\]]+/g)) {
    if (citations.length >= MOST_CITATIONS) break;
    const written = urlIn(run, known);
    const source = written === undefined ? undefined : known.get(pageOf(written));
    if (written === undefined || source === undefined) continue;
    const end = index + written.length;
    citations.push({ type: 'url_citation', ...source, ...linkAround(text, index, end) });
  }
  return citations;
}

/**
 * Finds where a text cites files: their names in square brackets, `[notes.md]`, or in those that OpenAI's models write, `【notes.md】`.
 * @param files has the ids of the files that may be cited, by name.
 */
export function findFileCitations(
  text: string,
  files: ReadonlyMap<string, string> = new Map(),
): FileCitation[] {
  if (files.size === 0) return [];
  const citations: FileCitation[] = [];
  for (const { 0: mark, index } of text.matchAll(/[[【][^[\]【】\n]{1,300}[\]】]/g)) {
    if (citations.length >= MOST_CITATIONS) break;
    const filename = mark.slice(1, -1).trim();
    const file_id = files.get(filename);
    if (file_id === undefined) continue;
    citations.push({ type: 'file_citation', file_id, filename, index });
  }
  return citations;
}

/** A fragment and a slash at the end name no other page. */
function pageOf(url: string): string {
  const [page = ''] = url.split('#', 1);
  return page.endsWith('/') ? page.slice(0, -1) : page;
}

/** What follows a URL without a space may belong to the sentence: a bracket that it did not open, a full stop, a star. */
function urlIn(run: string, known: ReadonlyMap<string, unknown>): string | undefined {
  let depth = 0;
  let end = 0;
  for (; end < run.length; end++) {
    if (run[end] === '(') depth += 1;
    else if (run[end] === ')' && --depth < 0) break;
  }
  for (let cut = 0; cut <= MOST_TRAILING; cut++) {
    const url = run.slice(0, end - cut);
    if (known.has(pageOf(url))) return url;
    if (!/[.,;:!?'*_)`~|]$/.test(url)) return undefined;
  }
  return undefined;
}

function linkAround(
  text: string,
  start: number,
  end: number,
): { start_index: number; end_index: number } {
  const isLink = text.startsWith('](', start - 2) && text[end] === ')';
  const label = isLink ? text.slice(Math.max(0, start - 2 - LONGEST_LABEL), start - 2) : '';
  const opening = label.lastIndexOf('[');
  return opening === -1
    ? { start_index: start, end_index: end }
    : { start_index: start - 2 - label.length + opening, end_index: end + 1 };
}

import type { ChatChunk } from '../../../../contracts/chat/chunk.js';
import type { UrlCitation } from '../../../../contracts/responses/content.js';
import { asArray, asCount, asRecord, nonEmptyText } from '../../../../common/json.js';

/** Flattens chat `annotations` (`{type: 'url_citation', url_citation: {…}}`); other kinds have no place here. */
export function convertAnnotations(annotations: unknown): UrlCitation[] {
  const converted: UrlCitation[] = [];
  for (const entry of asArray(annotations)) {
    const annotation = asRecord(entry);
    if (annotation?.type !== 'url_citation') continue;
    const citation = asRecord(annotation.url_citation) ?? annotation;
    const url = nonEmptyText(citation.url);
    if (url === undefined) continue;
    converted.push({
      type: 'url_citation',
      url,
      title: nonEmptyText(citation.title) ?? '',
      start_index: asCount(citation.start_index) ?? 0,
      end_index: asCount(citation.end_index) ?? 0,
    });
  }
  return converted;
}

/** An answer keeps so many sources at most. */
const MAX_SOURCES = 100;

/**
 * Reads sources that stand beside the choices: Perplexity's `search_results` (`{title, url}`) and `citations`, xAI's `citations`
 * (URLs). They come with each chunk or with the last; undefined when a chunk has none.
 */
export function readSources(chunk: ChatChunk): UrlCitation[] | undefined {
  const told = [chunk.search_results, chunk.citations].find((list) => asArray(list).length > 0);
  if (told === undefined) return undefined;
  return asArray(told)
    .slice(0, MAX_SOURCES)
    .flatMap((entry) => {
      const source = asRecord(entry);
      const url = nonEmptyText(entry) ?? nonEmptyText(source?.url);
      if (url === undefined || url.length > 2_000) return [];
      const title = nonEmptyText(source?.title)?.slice(0, 500) ?? '';
      return [{ type: 'url_citation', url, title, start_index: 0, end_index: 0 }];
    });
}

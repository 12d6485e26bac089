import type { Annotation } from '../../../../contracts/responses/content.js';
import { asArray, asCount, asRecord, nonEmptyText } from '../../../../common/json.js';

/** Chat `annotations` (`{type: 'url_citation', url_citation: {…}}`) flattened; other kinds have no place here. */
export function convertAnnotations(annotations: unknown): Annotation[] {
  const converted: Annotation[] = [];
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

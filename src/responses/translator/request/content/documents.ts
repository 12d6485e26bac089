import { asArray, isRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';
import type { KnownFiles } from '../../known-files.js';
import { isDocument, readFileData } from './read-file-data.js';

/** Collects the ids of uploaded files that items name: in messages, in outputs of tools and in screenshots. */
export function fileIdsOf(items: readonly unknown[]): readonly string[] {
  return [...new Set(sourcesOf(items).flatMap(({ file_id }) => nonEmptyText(file_id) ?? []))];
}

/** Collects the PDF and Office files of items, as base64. */
export function documentsOf(
  items: readonly unknown[],
  files: KnownFiles | undefined,
): readonly string[] {
  const documents = sourcesOf(items).flatMap((source) => {
    if (source.type === 'input_image') return [];
    const uploaded = files?.get(nonEmptyText(source.file_id) ?? '');
    const given = nonEmptyText(source.file_data) ?? uploaded?.base64;
    if (given === undefined) return [];
    const filename = nonEmptyText(source.filename) ?? uploaded?.filename;
    const { mediaType, encoding, data } = readFileData(given, filename);
    return encoding === 'base64' && isDocument(mediaType) ? [data] : [];
  });
  return [...new Set(documents)];
}

/** Gives the parts that may be files; one in chat spelling holds its file in `file`. */
function sourcesOf(items: readonly unknown[]): JsonRecord[] {
  return items.filter(isRecord).flatMap((item) =>
    [item.content, item.output]
      .flatMap((value) => (isRecord(value) ? [value] : asArray(value)))
      .filter(isRecord)
      .map((part) => (isRecord(part.file) ? part.file : part)),
  );
}

import { asArray, isRecord, nonEmptyText } from '../../../common/json.js';

/** Collects the ids of uploaded files that items name: in messages, in outputs of tools and in screenshots. */
export function fileIdsOf(items: readonly unknown[]): readonly string[] {
  const ids = new Set<string>();
  const note = (part: unknown): void => {
    if (!isRecord(part)) return;
    const nested = isRecord(part.file) ? part.file : undefined;
    const id = nonEmptyText(part.file_id ?? nested?.file_id);
    if (id !== undefined) ids.add(id);
  };
  for (const item of items) {
    if (!isRecord(item)) continue;
    for (const parts of [item.content, item.output]) {
      note(parts);
      asArray(parts).forEach(note);
    }
  }
  return [...ids];
}

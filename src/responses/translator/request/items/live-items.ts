import { isRecord, nonEmptyText } from '../../../../common/json.js';
import { decodeWindow } from '../../compaction-window.js';

type OpenCompaction = ((sealed: string) => string | undefined) | undefined;

/**
 * Finds the last compaction that stands for everything before it; it is -1 where none does. Clients may send back what
 * is before it, as OpenAI lets them, and stored chains hold it.
 */
export function lastWindowIndex(items: readonly unknown[], open: OpenCompaction): number {
  return items.findLastIndex((item) => {
    if (!isRecord(item) || item.type !== 'compaction') return false;
    const sealed = nonEmptyText(item.encrypted_content);
    const opened = sealed === undefined ? undefined : open?.(sealed);
    return opened !== undefined && decodeWindow(opened) !== undefined;
  });
}

/** System and developer messages hold for the whole conversation, wherever they stand. */
export function outlastsCompaction(item: unknown): boolean {
  return isRecord(item) && (item.role === 'system' || item.role === 'developer');
}

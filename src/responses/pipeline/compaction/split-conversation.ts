import { isRecord, nonEmptyText, type JsonRecord } from '../../../common/json.js';
import type { InputItem } from '../../../contracts/responses/items.js';
import { decodeWindow } from '../../translator/compaction-window.js';
import { outlastsCompaction } from '../../translator/request/items/live-items.js';

export interface SplitConversation {
  /** These are the user's messages so far, those of earlier compactions among them, oldest first. */
  before: InputItem[];
  /** These are the user's last messages, which wait for an answer. */
  after: InputItem[];
  /** There is more than an earlier compaction and what waits: a summary would make it shorter. */
  isWorthIt: boolean;
}

/**
 * Tells what of a conversation stands beside its summary.
 * @param open opens what this service sealed into a compaction item.
 */
export function splitConversation(
  items: readonly InputItem[],
  open: (sealed: string) => string | undefined,
): SplitConversation {
  const lastOther = items.findLastIndex(
    (item) => !isUserMessage(item) && !outlastsCompaction(item),
  );
  const split: SplitConversation = { before: [], after: [], isWorthIt: false };
  for (const [index, item] of items.entries()) {
    const window = item.type === 'compaction' ? windowOf(item, open) : undefined;
    if (window !== undefined) {
      Object.assign(split, { before: [...window.before, ...window.after], isWorthIt: false });
    } else if (isUserMessage(item)) {
      if (index > lastOther) split.after.push(item);
      else split.before.push(item);
    } else if (!outlastsCompaction(item)) split.isWorthIt = true;
  }
  return split;
}

function windowOf(
  { encrypted_content: content }: JsonRecord,
  open: (sealed: string) => string | undefined,
): ReturnType<typeof decodeWindow> {
  const sealed = nonEmptyText(content);
  const opened = sealed === undefined ? undefined : open(sealed);
  return opened === undefined ? undefined : decodeWindow(opened);
}

function isUserMessage(item: unknown): boolean {
  return isRecord(item) && item.role === 'user';
}

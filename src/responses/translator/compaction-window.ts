import { asArray, asRecord, isRecord, parseJson } from '../../common/json.js';
import type { InputItem } from '../../contracts/responses/items.js';

/** This stands for a conversation after a compaction in the middle of a response. */
export interface CompactionWindow {
  summary: string;
  /** These are the user's latest messages that the summary speaks of, oldest first. */
  before: readonly InputItem[];
  /** These user messages wait for their answer. */
  after: readonly InputItem[];
}

/** The mark tells a whole window from a bare summary; no model writes this character. */
const MARK = '\u0001';

/** Writes what is sealed into `encrypted_content`. A bare summary, as `/responses/compact` makes it, is sealed as it is. */
export function encodeWindow(window: CompactionWindow): string {
  return MARK + JSON.stringify(window);
}

/** Reads a window. A bare summary, which leaves standing what is before it, is undefined. */
export function decodeWindow(opened: string): CompactionWindow | undefined {
  if (!opened.startsWith(MARK)) return undefined;
  const window = asRecord(parseJson(opened.slice(MARK.length)));
  return {
    summary: typeof window?.summary === 'string' ? window.summary : '',
    before: messagesOf(window?.before),
    after: messagesOf(window?.after),
  };
}

function messagesOf(value: unknown): InputItem[] {
  return asArray(value).flatMap((item) => (isRecord(item) ? [{ ...item, type: 'message' }] : []));
}

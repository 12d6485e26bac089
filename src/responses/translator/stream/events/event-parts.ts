import { asArray, isRecord, nonEmptyText, type JsonRecord } from '../../../../common/json.js';

/** Names a part of an item by its kind and its index: `text0`. */
export function partOf(kind: string, { content_index, summary_index }: JsonRecord): string {
  const index = kind === 'summary' ? summary_index : content_index;
  return `${kind}${typeof index === 'number' ? index : 0}`;
}

export function callIdentityOf({ call_id: id, name, namespace }: JsonRecord): {
  id?: string | undefined;
  name?: string | undefined;
  namespace?: string | undefined;
} {
  const short = (value: unknown): string | undefined => nonEmptyText(value)?.slice(0, 256);
  return { id: short(id), name: short(name), namespace: short(namespace) };
}

/** Gives the kind of a part that `partOf` named. */
export function sourceOf(part: string): string {
  const digit = part.search(/\d/);
  return digit < 0 ? part : part.slice(0, digit);
}

export function phaseOf({ phase }: JsonRecord): 'commentary' | 'final_answer' | undefined {
  return phase === 'commentary' || phase === 'final_answer' ? phase : undefined;
}

/** Tells whether the summary of a thought is told, or its text: one of the two, never both. */
export function tellsSummary(
  told: ReadonlyMap<string, number>,
  summary: readonly unknown[],
): boolean {
  if (told.size === 0) return summary.length > 0;
  return [...told.keys()].some((part) => sourceOf(part) === 'summary');
}

/** Gives what the backend has to see again of a reasoning item that it sealed. */
export function sealOf(
  { id, encrypted_content: sealed }: JsonRecord,
  summary: readonly unknown[],
): JsonRecord | undefined {
  const isSealed = nonEmptyText(sealed) !== undefined && nonEmptyText(id) !== undefined;
  return isSealed ? { id, summary, encrypted_content: sealed } : undefined;
}

/** Gives a whole as text: some backends tell arguments as an object. */
export function wholeText(whole: unknown): unknown {
  return isRecord(whole) ? JSON.stringify(whole) : whole;
}

/** Gives the parts of a message, which some backends tell as one text. */
export function contentOf({ content }: JsonRecord): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'output_text', text: content }] : asArray(content);
}

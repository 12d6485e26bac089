import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { decodeThought, hasForeignState, vendorOf } from '../../thought.js';
import type { ConversionContext } from '../context/conversion-context.js';

/**
 * Reads a reasoning item in any of its spellings: raw `content`, `summary`, the Rust proxy's `text`, or sealed by this proxy.
 * What another service sealed cannot be read by any backend of ours.
 */
export function convertReasoningItem(
  item: JsonRecord,
  param: string | null,
  { chatHistory, dialect, warnings, openSealedReasoning, recallReasoning }: ConversionContext,
): void {
  const legacy = nonEmptyText(item.text);
  const sealed = nonEmptyText(item.encrypted_content);
  const modern = textsOf(item.content) ?? textsOf(item.summary);
  // A visible text is opened as well, since the seal may hold what its vendor must see again.
  const opened = sealed === undefined ? undefined : openSealedReasoning?.(sealed);
  const thought =
    opened === undefined ? recallReasoning?.(nonEmptyText(item.id) ?? '') : decodeThought(opened);
  const text = modern ?? legacy ?? thought?.text;
  if (hasForeignState(thought, dialect)) {
    warnings.add('reasoning_dropped', param, FOREIGN_STATE);
  }
  const isOwn = thought?.vendor === vendorOf(dialect);
  if (text !== undefined && (text !== '' || isOwn)) {
    chatHistory.addReasoning({
      text,
      legacy: modern === undefined && legacy !== undefined,
      param,
      ...(isOwn ? { details: thought.details, calls: thought.calls } : {}),
    });
  } else if (sealed !== undefined && opened === undefined) {
    warnings.add(
      'reasoning_dropped',
      param,
      'Reasoning that was sealed by another service cannot be opened and was left out.',
    );
  }
}

const FOREIGN_STATE =
  'The state that another vendor sealed with this reasoning was left out; the text is kept where it can be read.';

/** Joins the texts of content or summary parts. Gives undefined when there are none. */
export function textsOf(parts: unknown): string | undefined {
  if (!Array.isArray(parts)) return undefined;
  const texts = parts.flatMap((part: unknown) =>
    isRecord(part) ? (nonEmptyText(part.text) ?? []) : [],
  );
  return texts.length === 0 ? undefined : texts.join('\n');
}

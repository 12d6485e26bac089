import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import { decodeThought } from '../../thought.js';
import type { ConversionContext } from '../conversion-context.js';

/**
 * Reads a reasoning item in any of its spellings: raw `content`, `summary`, the Rust proxy's `text`, or sealed by this proxy.
 * What another service sealed cannot be read by any backend of ours.
 */
export function convertReasoningItem(
  item: JsonRecord,
  param: string | null,
  { chatHistory, dialect, warnings, openSealedReasoning }: ConversionContext,
): void {
  const legacy = nonEmptyText(item.text);
  const sealed = nonEmptyText(item.encrypted_content);
  const modern = textsOf(item.content) ?? textsOf(item.summary);
  // A visible text needs no opening, except for what the seal alone holds.
  const isOpened =
    sealed !== undefined && ((modern ?? legacy) === undefined || dialect.reasoningDetails);
  const opened = isOpened ? openSealedReasoning?.(sealed) : undefined;
  const thought = opened === undefined ? undefined : decodeThought(opened);
  const text = modern ?? legacy ?? thought?.text;
  if (text !== undefined) {
    chatHistory.addReasoning({
      text,
      legacy: modern === undefined && legacy !== undefined,
      param,
      ...(thought?.vendor === dialect.name ? { details: thought.details } : {}),
    });
  } else if (sealed !== undefined) {
    warnings.add(
      'reasoning_dropped',
      param,
      'Reasoning that was sealed by another service cannot be opened and was left out.',
    );
  }
}

/** Joins the texts of content or summary parts. Gives undefined when there are none. */
export function textsOf(parts: unknown): string | undefined {
  if (!Array.isArray(parts)) return undefined;
  const texts = parts.flatMap((part: unknown) =>
    isRecord(part) ? (nonEmptyText(part.text) ?? []) : [],
  );
  return texts.length === 0 ? undefined : texts.join('\n');
}

import { shortened } from '../../common/describe-value.js';
import { carriedCode } from '../../common/error-codes.js';
import { invalidRequest } from '../../common/error-table.js';

/**
 * Names everything that a translation may lose or repair. docs/compatibility.md explains each. `keeps` says the same in another
 * form and is no news to an operator; `loses` is: something that was asked for does not happen, or not for certain.
 */
export const WARNINGS = {
  field_ignored: 'loses',
  field_clamped: 'loses',
  field_mapped: 'loses',
  tool_dropped: 'loses',
  tool_renamed: 'keeps',
  tool_duplicate: 'loses',
  tool_choice_changed: 'loses',
  conversation_truncated: 'loses',
  item_skipped: 'loses',
  content_part_dropped: 'loses',
  content_part_mapped: 'keeps',
  image_described: 'keeps',
  file_text_extracted: 'keeps',
  file_text_truncated: 'loses',
  system_messages_merged: 'keeps',
  late_system_message_mapped: 'keeps',
  system_message_mapped: 'keeps',
  tool_call_duplicate: 'loses',
  tool_output_filled: 'loses',
  tool_output_duplicate: 'loses',
  tool_output_moved: 'keeps',
  arguments_repaired: 'loses',
  arguments_invalid: 'loses',
  whitespace_dropped: 'keeps',
  reasoning_dropped: 'loses',
  reasoning_filled: 'loses',
  compaction_dropped: 'loses',
  compaction_failed: 'loses',
  answer_field_ignored: 'loses',
  model_renamed: 'keeps',
  request_amended: 'loses',
  call_suppressed: 'loses',
  call_abandoned: 'loses',
  usage_estimated: 'keeps',
  choice_ignored: 'loses',
  stream_repaired: 'keeps',
  tool_call_rescued: 'keeps',
  empty_turn: 'loses',
  tool_failed: 'loses',
  schema_simplified: 'loses',
} as const satisfies Record<string, 'keeps' | 'loses'>;

export type WarningCode = keyof typeof WARNINGS;

/** Tells of one step that lost or repaired something. `param` is the path in the request, or null for the answer's side. */
export interface TranslationWarning {
  code: WarningCode;
  param: string | null;
  message: string;
}

/** Collects the warnings of one request, in a bounded list. In strict mode the first one is a 400 instead. */
export class WarningCollector {
  private readonly warnings: TranslationWarning[] = [];

  constructor(
    private readonly strict = false,
    private readonly limit = 100,
  ) {}

  add(code: WarningCode, param: string | null, message: string): void {
    if (this.strict)
      throw invalidRequest(`${message} (strict translation)`, param, carriedCode(code));
    if (this.isFull) return;
    // Names and values of the client's stand in both, and every log line is searched for secrets.
    const path = param === null ? null : shortened(param, 300);
    this.warnings.push({ code, param: path, message: shortened(message, 1_000) });
  }

  /** Adds those of them that were said neither here nor there. */
  addNew(warnings: readonly TranslationWarning[], known: readonly TranslationWarning[]): void {
    for (const { code, param, message } of warnings) {
      const isKnown = [...known, ...this.warnings].some(
        (other) => other.code === code && other.message === message,
      );
      if (!isKnown) this.add(code, param, message);
    }
  }

  /** Tells that further ones are left out, so whoever looks for them may stop. */
  get isFull(): boolean {
    return this.warnings.length >= this.limit;
  }

  list(): readonly TranslationWarning[] {
    return this.warnings;
  }
}

import { carriedCode } from '../../common/error-codes.js';
import { invalidRequest } from '../../common/error-table.js';

/** Everything that a translation may lose or repair, by name. docs/compatibility.md explains each. */
export type WarningCode =
  | 'field_ignored'
  | 'field_clamped'
  | 'field_mapped'
  | 'tool_dropped'
  | 'tool_renamed'
  | 'tool_duplicate'
  | 'tool_choice_changed'
  | 'conversation_truncated'
  | 'item_skipped'
  | 'content_part_dropped'
  | 'content_part_mapped'
  | 'system_messages_merged'
  | 'late_system_message_mapped'
  | 'system_message_mapped'
  | 'tool_call_duplicate'
  | 'tool_output_filled'
  | 'tool_output_duplicate'
  | 'tool_output_moved'
  | 'arguments_repaired'
  | 'arguments_invalid'
  | 'whitespace_dropped'
  | 'reasoning_dropped'
  | 'reasoning_filled'
  | 'compaction_dropped'
  | 'answer_field_ignored'
  | 'model_renamed'
  | 'request_amended'
  | 'call_suppressed'
  | 'call_abandoned'
  | 'usage_estimated'
  | 'choice_ignored'
  | 'stream_repaired'
  | 'tool_call_rescued'
  | 'empty_turn'
  | 'schema_simplified';

/** One step that lost or repaired something. `param` is the path in the request, or null for the answer's side. */
export interface TranslationWarning {
  code: WarningCode;
  param: string | null;
  message: string;
}

/** Collects the warnings of one request, bounded. In strict mode the first one is a 400 instead. */
export class WarningCollector {
  private readonly warnings: TranslationWarning[] = [];

  constructor(
    private readonly strict = false,
    private readonly limit = 100,
  ) {}

  add(code: WarningCode, param: string | null, message: string): void {
    if (this.strict)
      throw invalidRequest(`${message} (strict translation)`, param, carriedCode(code));
    if (this.warnings.length >= this.limit) return;
    this.warnings.push({ code, param: shortened(param, 300), message: shortened(message, 1_000) });
  }

  list(): readonly TranslationWarning[] {
    return this.warnings;
  }
}

/** Names and values of the client's stand in messages; a long one is cut, since every log line is searched for secrets. */
function shortened<Text extends string | null>(text: Text, longest: number): Text | string {
  return text === null || text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

import type { IncompleteReason } from '../../../../contracts/responses/response.js';

export type Finish =
  | { status: 'completed'; known: boolean }
  | { status: 'incomplete'; reason: IncompleteReason }
  | { status: 'failed'; reason: string };

const COMPLETED: Finish = { status: 'completed', known: true };
const CUT: Finish = { status: 'incomplete', reason: 'max_output_tokens' };
const FILTERED: Finish = { status: 'incomplete', reason: 'content_filter' };

/**
 * Holds every vendor's word for how an answer ended, in lower case. They come from the vendors' references, and from reports of
 * users from March to September 2026 (docs/compatibility.md lists them with the decision).
 */
const DECISIONS: readonly (readonly [decision: Finish | 'failed', words: string])[] = [
  [
    COMPLETED,
    'stop tool_calls tool_call tool_use function_call eos eos_token end_turn end stop_sequence stop_token complete ' +
      'completed finished done pause_turn',
  ],
  [
    CUT,
    'length max_tokens max_output_tokens max_completion_tokens max_new_tokens max_length model_length token_limit ' +
      'model_context_window_exceeded context_length_exceeded repetition_truncation',
  ],
  [
    FILTERED,
    'content_filter content_filtered safety recitation blocklist prohibited_content spii sensitive language refusal ' +
      'image_safety image_prohibited_content guardrail_intervened moderation',
  ],
  [
    'failed',
    'error abort aborted cancelled canceled timeout network_error server_error internal_error engine_error ' +
      'insufficient_system_resource malformed_function_call unexpected_tool_call function_call_filter too_many_tool_calls',
  ],
];

const decisions = new Map<string, Finish>(
  DECISIONS.flatMap(([decision, words]) =>
    words
      .split(' ')
      .map((word) => [word, decision === 'failed' ? failedBy(word) : decision] as const),
  ),
);

/**
 * Says what a chat `finish_reason` means for the response, in any case and with a vendor's detail behind a colon
 * (`content_filter: PROHIBITED_CONTENT`, `function_call_filter: MALFORMED_FUNCTION_CALL`). Undefined when it is the text of no
 * reason at all. Whether calls were made is read from the content, since backends say `stop` with calls and `tool_calls` without.
 */
export function mapFinishReason(reason: string): Finish | undefined {
  const word = reason.slice(0, 200).trim().toLowerCase();
  if (word === '' || word === 'null' || word === 'none') return undefined;
  const plain = word.replace(/^finish_reason_/, '');
  const head = plain.split(':', 1)[0]?.trim() ?? '';
  return decisions.get(plain) ?? decisions.get(head) ?? { status: 'completed', known: false };
}

function failedBy(reason: string): Finish {
  return { status: 'failed', reason };
}

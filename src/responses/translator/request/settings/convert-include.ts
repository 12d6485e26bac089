import { unsupportedValue } from '../../../../common/field-errors.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { WarningCollector } from '../../warning.js';

export const SEALED_REASONING = 'reasoning.encrypted_content';

/**
 * These either are in every Response of ours, or belong to hosted tools, which never run here and so leave nothing to include.
 */
export const INCLUDE_VALUES: ReadonlySet<string> = new Set([
  SEALED_REASONING,
  'message.output_text.logprobs',
  'message.input_image.image_url',
  'web_search_call.results',
  'web_search_call.action.sources',
  'file_search_call.results',
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
]);

/**
 * `include` changes the answer, not the chat request: only what it asks in vain is told.
 * @throws ApiError 400 for a value that nobody knows, as OpenAI does.
 */
export function checkInclude(
  request: CreateResponseBody,
  sealsReasoning: boolean,
  warnings: WarningCollector,
): void {
  for (const [index, value] of (request.include ?? []).entries()) {
    if (!INCLUDE_VALUES.has(value)) {
      throw unsupportedValue(`include[${index}]`, value, [...INCLUDE_VALUES]);
    }
    const honoured = value !== SEALED_REASONING || sealsReasoning;
    if (!honoured) {
      warnings.add('field_ignored', `include[${index}]`, `'${value}' is not included.`);
    }
  }
}

import { invalidRequest, unsupported } from '../../../../common/error-table.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';

/**
 * Features whose silent loss would change what the model answers: they are a 400, never a warning.
 * `historyResolved`: the earlier items were looked up already, so the fields that name them are honoured.
 */
export function refuseUnsupported(request: CreateResponseBody, historyResolved: boolean): void {
  if (request.background === true) {
    throw unsupported('Background responses are not supported.', 'background');
  }
  if (isGiven(request.prompt)) {
    throw unsupported('Stored prompt templates are not supported.', 'prompt');
  }
  if (historyResolved) return;
  if (isGiven(request.conversation)) {
    throw unsupported(
      'Conversations are not supported: send the history in input.',
      'conversation',
    );
  }
  if (isGiven(request.previous_response_id)) {
    throw invalidRequest(
      `Previous response with id '${request.previous_response_id}' not found: send the history in input.`,
      'previous_response_id',
      'previous_response_not_found',
    );
  }
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}

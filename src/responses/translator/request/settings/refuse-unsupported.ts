import { unsupported } from '../../../../common/error-table.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';

/** A feature whose silent loss would change what the model answers is a 400, never a warning. */
export function refuseUnsupported({ prompt }: CreateResponseBody): void {
  if (prompt !== undefined && prompt !== null) {
    throw unsupported('Stored prompt templates are not supported.', 'prompt');
  }
}

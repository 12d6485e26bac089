import { unsupported } from '../../../../common/error-table.js';
import type { CreateResponseBody } from '../../../../contracts/responses/request.js';

/** Refuses with a 400 what a warning would not do for: a feature whose silent loss would change what the model answers. */
export function refuseUnsupported({ prompt }: CreateResponseBody): void {
  if (prompt !== undefined && prompt !== null) {
    throw unsupported('Stored prompt templates are not supported.', 'prompt');
  }
}

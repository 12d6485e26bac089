import { alphanumeric9 } from '../../tools/short-hash.js';
import type { BackendDialect } from '../../dialect/dialect.js';

/**
 * Mistral refuses every call id that is not nine letters and digits, also those of other backends in the history
 * (nearai/ironclaw#1241, March 2026).
 */
export function chatCallId(callId: string, dialect: BackendDialect): string {
  switch (dialect.callIdFormat) {
    case 'any':
      return callId;
    case 'alphanumeric9':
      return /^[A-Za-z0-9]{9}$/.test(callId) ? callId : alphanumeric9(callId);
  }
}

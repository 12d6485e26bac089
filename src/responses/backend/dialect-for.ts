import type { BackendDialect } from '../translator/dialect/dialect.js';
import type { BackendTarget } from './backend.js';

/**
 * Gives the dialect in which a target is asked.
 * @param asChat says that the request goes out as chat, though the backend may speak Responses.
 */
export function dialectFor({ backend, model }: BackendTarget, asChat = false): BackendDialect {
  return backend.dialects.forModel(model, asChat ? 'chat' : undefined);
}

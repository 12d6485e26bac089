import type { BackendRequest } from '../../../contracts/backend-request.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';

/** Adds the session's key to the body, in place of the client's own, where the dialect has a field for it and takes that field. */
export function withSessionField(
  request: BackendRequest,
  { sessionHint, allowedFields }: Pick<BackendDialect, 'sessionHint' | 'allowedFields'>,
  sessionKey: string | undefined,
): BackendRequest {
  const isField = !isHeader(sessionHint) && allowedFields.has(sessionHint);
  return sessionKey === undefined || !isField ? request : { ...request, [sessionHint]: sessionKey };
}

/** Gives the header that carries the session's key, where the dialect has one. */
export function sessionHeader(
  { sessionHint }: Pick<BackendDialect, 'sessionHint'>,
  sessionKey: string | undefined,
): Record<string, string> {
  return sessionKey === undefined || !isHeader(sessionHint) ? {} : { [sessionHint]: sessionKey };
}

function isHeader(hint: BackendDialect['sessionHint']): boolean {
  return hint.startsWith('x-');
}

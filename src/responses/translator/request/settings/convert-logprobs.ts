import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';

const INCLUDE_LOGPROBS = 'message.output_text.logprobs';

export interface LogprobsFields {
  logprobs?: true;
  top_logprobs?: number;
}

/** Three ways to ask: `include`, `top_logprobs` > 0, or chat's `logprobs: true`. */
export function convertLogprobs(
  request: CreateResponseBody,
  { dialect, warnings }: { dialect: BackendDialect; warnings: WarningCollector },
): LogprobsFields {
  const top = request.top_logprobs ?? 0;
  const included = request.include?.includes(INCLUDE_LOGPROBS) === true;
  if (top === 0 && !included && request.logprobs !== true) return {};
  const allowed = dialect.allowedFields;
  if (!allowed.has('logprobs')) {
    const param = top > 0 ? 'top_logprobs' : included ? 'include' : 'logprobs';
    warnings.add('field_ignored', param, 'This backend gives no log probabilities.');
    return {};
  }
  if (top === 0) return { logprobs: true };
  if (allowed.has('top_logprobs')) return { logprobs: true, top_logprobs: top };
  warnings.add('field_ignored', 'top_logprobs', 'This backend gives no alternative tokens.');
  return { logprobs: true };
}

import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import type { WarningCollector } from '../../translator/warning.js';

/** Says when a conversation is compacted before its answer. */
export interface CompactionPolicy {
  /** Input of more tokens than these is compacted; undefined sets no limit. */
  threshold: number | undefined;
  /** A conversation that the backend refuses as too long is compacted. */
  onOverflow: boolean;
}

/** This part of a known context is the threshold where neither the request nor the profile names one. */
const USUAL_SHARE = 0.8;

const never: CompactionPolicy = { threshold: undefined, onOverflow: false };

/** @param contextTokens tells the model's context, where it is known. */
export function compactionPolicy(
  request: CreateResponseBody,
  dialect: BackendDialect,
  warnings: WarningCollector,
  contextTokens: () => number | undefined,
): CompactionPolicy {
  const [asked] = request.context_management ?? [];
  const isHybrid = (request.messages ?? []).length > 0;
  if (isHybrid) {
    const message = 'A conversation in `messages` is not compacted.';
    if (asked !== undefined) warnings.add('field_ignored', 'context_management', message);
    return never;
  }
  const usual = dialect.compactThreshold > 0 ? dialect.compactThreshold : undefined;
  const { compactOnOverflow: onOverflow } = dialect;
  if (asked === undefined) return { threshold: usual, onOverflow };
  const threshold = asked.compact_threshold ?? usual ?? shareOf(contextTokens());
  if (threshold === undefined) {
    const message = 'The context of this model is not known, so the threshold must be given.';
    warnings.add('field_ignored', 'context_management', message);
  }
  return { threshold, onOverflow };
}

function shareOf(contextTokens: number | undefined): number | undefined {
  return contextTokens === undefined ? undefined : Math.floor(contextTokens * USUAL_SHARE);
}

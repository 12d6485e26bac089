import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';

/**
 * Gives the dialect with what `reasoning.context` asks of earlier thoughts: `all_turns` sends all of them back, `current_turn`
 * those of tool rounds alone, `auto` what the backend wants. A rule by a turn's age would break the prompt cache, and a model
 * that refuses a conversation without its thoughts, or with them, goes before the wish.
 */
export function withReasoningContext(
  request: CreateResponseBody,
  { dialect, warnings }: { dialect: BackendDialect; warnings: WarningCollector },
): BackendDialect {
  const context = request.reasoning?.context ?? 'auto';
  if (context === 'auto') return dialect;
  const isPossible =
    context === 'all_turns'
      ? dialect.reasoningReplay !== 'off'
      : dialect.reasoningReplay !== 'full' || dialect.missingReasoning !== 'all';
  if (!isPossible) {
    const message = `This backend does not take the reasoning of earlier turns as '${context}' wants it.`;
    warnings.add('field_ignored', 'reasoning.context', message);
    return dialect;
  }
  if (context === 'all_turns') return { ...dialect, reasoningReplay: 'full' };
  return dialect.reasoningReplay === 'full'
    ? { ...dialect, reasoningReplay: 'tool-turns' }
    : dialect;
}

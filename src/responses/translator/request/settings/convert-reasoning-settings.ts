import type { CreateResponseBody } from '../../../../contracts/responses/request.js';
import { isRecord, type JsonRecord, nonEmptyText } from '../../../../common/json.js';
import type { BackendDialect } from '../../dialect/dialect.js';
import type { WarningCollector } from '../../warning.js';

/** Sends `reasoning.effort`, or chat's `reasoning_effort`, in the dialect's values and where the dialect wants it. */
export function convertReasoningSettings(
  request: CreateResponseBody,
  { dialect, warnings }: { dialect: BackendDialect; warnings: WarningCollector },
): JsonRecord {
  const effort = effortFor(request, { dialect, warnings });
  return effort === undefined ? {} : effortFields(effort, request, dialect);
}

/** Gives the effort that was asked for in the dialect's values; undefined where none goes out. */
export function effortFor(
  request: CreateResponseBody,
  { dialect, warnings }: { dialect: BackendDialect; warnings: WarningCollector },
): string | undefined {
  const nested = nonEmptyText(request.reasoning?.effort);
  const asked = nested ?? nonEmptyText(request.reasoning_effort);
  if (asked === undefined) return undefined;
  const param = nested === undefined ? 'reasoning_effort' : 'reasoning.effort';
  if (dialect.effortField === 'none') {
    warnings.add('field_ignored', param, 'This backend has no reasoning effort.');
    return undefined;
  }
  const effort = Object.hasOwn(dialect.effortMap, asked) ? dialect.effortMap[asked] : asked;
  if (effort !== asked) {
    warnings.add('field_clamped', param, `Reasoning effort '${asked}' was sent as '${effort}'.`);
  }
  return effort;
}

/**
 * A field that the client sent itself, and that the backend takes, wins over the one of the same name that we make of the effort.
 */
function effortFields(
  effort: string,
  request: CreateResponseBody,
  dialect: BackendDialect,
): JsonRecord {
  const own = dialect.allowedFields.has(dialect.effortField) ? request[dialect.effortField] : null;
  const client = isRecord(own) ? own : {};
  const enabled = effort !== 'none' && effort !== 'disabled';
  switch (dialect.effortField) {
    case 'reasoning_effort':
      return { reasoning_effort: effort };
    case 'reasoning':
      return { reasoning: { effort } };
    case 'chat_template_kwargs':
      return {
        chat_template_kwargs: {
          [dialect.thinkingSwitch]: enabled,
          reasoning_effort: effort,
          ...client,
        },
      };
    case 'thinking':
      return { thinking: { type: enabled ? 'enabled' : 'disabled', ...client } };
    case 'thinking_and_effort':
      return enabled ? { reasoning_effort: effort } : { thinking: { type: 'disabled' } };
    case 'enable_thinking':
      return { enable_thinking: request.enable_thinking ?? enabled };
    case 'none':
      return {};
  }
}

import type { RecordedRequest } from '../recording/recorded-request.js';
import type { RequestSummary } from './contract.js';

/** Gives the line of the list, of a request that runs or is over. */
export function summaryOf(request: RecordedRequest): RequestSummary {
  const { outcome, line, calls } = request;
  const { usage } = outcome;
  return {
    id: request.id,
    requestId: outcome.requestId,
    at: request.seenAt,
    method: textOf(line?.method) ?? 'POST',
    path: textOf(line?.path) ?? '/v1/responses',
    model: outcome.model,
    stream: outcome.stream,
    backend: outcome.backend ?? calls.at(-1)?.sent.backend,
    attempts: 1 + (outcome.fallbacks?.length ?? 0),
    status: numberOf(line?.status),
    responseStatus: outcome.responseStatus,
    errorCode: outcome.errorCode ?? undefined,
    errorMessage: outcome.errorMessage,
    firstEventMs: outcome.firstEventMs,
    durationMs: numberOf(line?.durationMs),
    inputTokens: usage?.input_tokens,
    cachedTokens: usage?.input_tokens_details.cached_tokens,
    outputTokens: usage?.output_tokens,
    warnings: countByCode(outcome.warnings ?? []),
    isOver: line !== undefined,
    hasBody: request.body !== undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function countByCode(warnings: readonly { code: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of warnings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

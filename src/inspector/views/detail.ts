import { DONE_CHUNK } from '../../contracts/chat/chunk.js';
import { WARNING_ADVICE } from '../../responses/translator/warning-advice.js';
import { WARNINGS } from '../../responses/translator/warning.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import type { RecordedRequest, Timed } from '../recording/recorded-request.js';
import type { RequestDetail, TimedPart } from './contract.js';
import { summaryOf } from './summary.js';

/** Gives all that is known of one request. */
export function detailOf(request: RecordedRequest): RequestDetail {
  const events = flat(request.events);
  return {
    summary: summaryOf(request),
    body: request.body ?? null,
    history: request.history,
    calls: request.calls.map(({ at, sent }) => ({
      at,
      backend: sent.backend,
      model: sent.model,
      request: sent.request,
      links: sent.trace?.() ?? [],
      dialect: sent.dialect(),
    })),
    warnings: (request.outcome.warnings ?? []).map((warning) => ({
      ...warning,
      kind: WARNINGS[warning.code],
      advice: WARNING_ADVICE[warning.code],
    })),
    chunks: flat(request.chunks).map(({ at, part }) => ({
      at,
      part: part === DONE_CHUNK ? '[DONE]' : part,
    })),
    events,
    response: finalResponse(events),
    isCut: request.isCut,
  };
}

function flat<Part>(timed: readonly Timed<Part>[]): TimedPart<Part>[] {
  return timed.flatMap(({ at, parts }) =>
    parts.map((part) => ({ at: Math.round(at * 10) / 10, part })),
  );
}

function finalResponse(
  events: readonly TimedPart<{ type: string; response?: ResponseResource }>[],
): ResponseResource | undefined {
  return events.findLast(({ part }) => part.response !== undefined)?.part.response;
}

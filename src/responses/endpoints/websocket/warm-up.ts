import type { ResponseEvent } from '../../../contracts/responses/events.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';

/**
 * The answer to `generate: false`: a completed response without output, made without the model. Codex opens its
 * connections with one and goes on from its id.
 */
export function warmUpEvents(stream: ResponseStream, nowMs: number): ResponseEvent[] {
  const opening = stream.start();
  const [created] = opening;
  if (created === undefined || !('response' in created)) return opening;
  const response = {
    ...created.response,
    status: 'completed' as const,
    completed_at: Math.floor(nowMs / 1000),
  };
  return [...opening, { type: 'response.completed', sequence_number: opening.length, response }];
}

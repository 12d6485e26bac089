import { asRecord } from '../../common/json.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { CreateResponseBody } from '../../contracts/responses/request.js';
import type { ResponseStream } from '../translator/stream/response-stream.js';

/**
 * Recognizes `prompt_cache_options: {prewarm: true}`, by which OpenAI fills its cache and generates nothing (its SDK's types,
 * November 2026).
 */
export function asksForWarmUp({ prompt_cache_options: options }: CreateResponseBody): boolean {
  return asRecord(options)?.prewarm === true;
}

/**
 * Makes the answer to `generate: false`: a completed response without output, made without the model. Codex opens its connections
 * with one and goes on from its id.
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

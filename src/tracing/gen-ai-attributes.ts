import { asRecord } from '../common/json.js';
import type { Attributes } from '@opentelemetry/api';
import type { ChatChunk } from '../contracts/chat/chunk.js';
import type { BackendRequest } from '../contracts/backend-request.js';

/** Maps a request field to its attribute. What users or models say is never there: no messages, no tools. */
const requestFields: readonly (readonly [string, string])[] = [
  ['max_tokens', 'gen_ai.request.max_tokens'],
  ['max_completion_tokens', 'gen_ai.request.max_tokens'],
  ['max_output_tokens', 'gen_ai.request.max_tokens'],
  ['temperature', 'gen_ai.request.temperature'],
  ['top_p', 'gen_ai.request.top_p'],
  ['frequency_penalty', 'gen_ai.request.frequency_penalty'],
  ['presence_penalty', 'gen_ai.request.presence_penalty'],
  ['seed', 'gen_ai.request.seed'],
];

/** Makes the attributes of a request. Source: OpenTelemetry semantic conventions for generative AI, spans of kind client. */
export function requestAttributes(request: BackendRequest): Attributes {
  const attributes: Attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.output.type': 'text',
    'gen_ai.request.model': shown(request.model),
  };
  for (const [field, name] of requestFields) {
    const value = request[field];
    if (typeof value === 'number') attributes[name] = value;
  }
  return attributes;
}

/** Reads what a chunk tells of the answer, written over what an earlier one told. */
export function readGenAiAttributes(given: ChatChunk, attributes: Attributes): void {
  // The last event of a backend that speaks Responses holds the whole response.
  const chunk: ChatChunk = asRecord(given.response) ?? given;
  if (typeof chunk.id === 'string') attributes['gen_ai.response.id'] ??= shown(chunk.id);
  if (typeof chunk.model === 'string') attributes['gen_ai.response.model'] ??= shown(chunk.model);
  const [choice] = Array.isArray(chunk.choices) ? (chunk.choices as unknown[]) : [];
  const reason = asRecord(choice)?.finish_reason;
  if (typeof reason === 'string') attributes['gen_ai.response.finish_reasons'] = [shown(reason)];
  if (chunk !== given && typeof chunk.status === 'string')
    attributes['gen_ai.response.finish_reasons'] = [shown(chunk.status)];
  const usage = asRecord(chunk.usage);
  const input = usage?.prompt_tokens ?? usage?.input_tokens;
  if (typeof input === 'number') attributes['gen_ai.usage.input_tokens'] = input;
  const output = usage?.completion_tokens ?? usage?.output_tokens;
  if (typeof output === 'number') attributes['gen_ai.usage.output_tokens'] = output;
}

/** Shortens a text: ids, names and reasons are a client's or a backend's words. What looks like a key is masked at the end. */
export function shown(text: string): string {
  return text.slice(0, 200);
}

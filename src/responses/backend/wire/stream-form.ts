import { asRecord, isRecord, nonEmptyText, type JsonRecord } from '../../../common/json.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';

/** Says what the payloads of a stream are, which differs by the API that was asked. */
export interface StreamForm {
  /** Gives the chunk of a payload, or undefined for one that says nothing. */
  read(payload: JsonRecord, eventName: string): ChatChunk | undefined;
  /** Tells that a chunk ends the answer: all but usage is there, or all of it. */
  endingOf(chunk: ChatChunk): 'answered' | 'whole' | undefined;
}

export const chatForm: StreamForm = {
  /** Some gateways wrap an answer in `{"data":{"choices":…}}`. */
  read: (payload) =>
    !('choices' in payload) && isRecord(payload.data) && 'choices' in payload.data
      ? payload.data
      : payload,
  endingOf: ({ choices }) => (hasFinishReason(choices) ? 'answered' : undefined),
};

/** The gateways that stand before a model send these at once, so they are no sign of it. */
const OPENING: readonly unknown[] = [
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.heartbeat',
  'keepalive',
  'ping',
];

const ENDING: readonly unknown[] = [
  'response.completed',
  'response.done',
  'response.incomplete',
  'response.cancelled',
];

/**
 * An event whose type stands in its `event:` line alone has it in itself afterwards. A response that failed is an error, so that
 * retries, the breaker and fallback see one. Behind the last event nothing is waited for: some backends never say `[DONE]`.
 */
export const responsesForm: StreamForm = {
  read: (payload, eventName) => {
    const type = nonEmptyText(payload.type) ?? nonEmptyText(eventName);
    if (OPENING.includes(type)) return undefined;
    if (type === 'response.failed') return failureOf(asRecord(payload.response) ?? payload);
    if (payload.object === 'response' && payload.status === 'failed') return failureOf(payload);
    return type === undefined || type === payload.type ? payload : { ...payload, type };
  },
  endingOf: ({ type, object }) =>
    ENDING.includes(type) || object === 'response' ? 'whole' : undefined,
};

function failureOf({ error }: JsonRecord): JsonRecord {
  const said = asRecord(error) ?? {};
  const message = nonEmptyText(said.message) ?? 'The backend gave the response up.';
  return { error: { type: 'server_error', ...said, message } };
}

function hasFinishReason(choices: unknown): boolean {
  if (!Array.isArray(choices)) return false;
  const first: unknown = choices[0];
  return isRecord(first) && typeof first.finish_reason === 'string' && first.finish_reason !== '';
}

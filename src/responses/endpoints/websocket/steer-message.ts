import { parseJson, isRecord, nonEmptyText } from '../../../common/json.js';

/** Answers `response.steer` (OpenAI's types, November 2026): a chat backend takes no words while it answers. */
export interface SteerFailedMessage {
  type: 'response.steer.failed';
  sequence_number: number;
  error: { type: 'invalid_request_error'; code: 'steering_not_supported'; message: string };
  steer: { input: unknown; previous_response_id: string };
}

/** Holds what the connection has to know of a message before its turn comes. */
export interface MessagePeek {
  /** The message belongs to this lane; messages without one share one. */
  lane: string;
  steer?: { input: unknown; previousId: string; streamId: string | undefined };
}

/** Reads ahead only where either word is in the message, so nearly all messages are not read twice. */
export function peekMessage(data: Buffer): MessagePeek {
  const mayMatter = data.includes('"stream_id"') || data.includes('"response.steer"');
  const message = mayMatter ? parseJson(data.toString('utf8')) : undefined;
  if (!isRecord(message)) return { lane: '' };
  const streamId = nonEmptyText(message.stream_id);
  const lane = streamId ?? '';
  if (message.type !== 'response.steer') return { lane };
  const previousId = nonEmptyText(message.previous_response_id) ?? '';
  return { lane, steer: { input: message.input, previousId, streamId } };
}

export function steerFailed({
  input,
  previousId,
}: NonNullable<MessagePeek['steer']>): SteerFailedMessage {
  return {
    type: 'response.steer.failed',
    sequence_number: 0,
    error: {
      type: 'invalid_request_error',
      code: 'steering_not_supported',
      message: 'An answer cannot be steered here: cancel it, or send the next turn after it.',
    },
    steer: { input: input ?? '', previous_response_id: previousId },
  };
}

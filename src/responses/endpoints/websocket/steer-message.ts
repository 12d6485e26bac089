import { asRecord, nonEmptyText, parseJson } from '../../../common/json.js';
import { topLevelTexts } from '../../../common/top-level-texts.js';

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

/** A larger message is answered without its words. */
const largestSteer = 64 * 1024;

/** Nothing is parsed but a message that steers. */
export function peekMessage(data: Buffer): MessagePeek {
  const texts = topLevelTexts(data, ['type', 'stream_id', 'previous_response_id']);
  const streamId = nonEmptyText(texts.get('stream_id'));
  const lane = streamId ?? '';
  if (texts.get('type') !== 'response.steer') return { lane };
  const message = data.length > largestSteer ? {} : asRecord(parseJson(data.toString('utf8')));
  const previousId = texts.get('previous_response_id') ?? '';
  return { lane, steer: { input: message?.input, previousId, streamId } };
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

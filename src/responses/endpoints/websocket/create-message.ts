import { unsupported } from '../../../common/error-table.js';
import { parseJsonBody } from '../../../common/json-body.js';
import {
  invalidType,
  missingParameter,
  tooLong,
  unsupportedValue,
} from '../../../common/field-errors.js';
import { isRecord, type JsonRecord } from '../../../common/json.js';

const STREAM_ID_LENGTH = 256;

/** Asks for one turn: `{"type": "response.create", …}`. */
export interface CreateMessage {
  /** The client names the turn so, and every message about it echoes the name (OpenAI's lanes). */
  streamId: string | undefined;
  /** False comes from Codex's warm-up: the input is kept for the next turn, the model is not asked. */
  generate: boolean;
  /** POST /v1/responses takes the same body. */
  body: JsonRecord;
}

/**
 * Reads a message of the client.
 * @throws ApiError 400.
 */
export function readCreateMessage(data: Buffer, maxJsonDepth: number): CreateMessage {
  const message = parseJsonBody(data, maxJsonDepth);
  if (!isRecord(message)) throw invalidType(null, 'a JSON object', message);
  const { type, stream_id, generate, ...body } = message;
  if (type === undefined) throw missingParameter('type');
  if (type !== 'response.create') throw unsupportedValue('type', type, ['response.create']);
  if (body.background === true) {
    throw unsupported('Background responses are not for WebSockets.', 'background');
  }
  // A message is always answered with events, whatever `stream` says.
  return {
    streamId: readStreamId(stream_id),
    generate: readGenerate(generate),
    body: { ...body, stream: true },
  };
}

function readStreamId(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalidType('stream_id', 'a string', value);
  if (value.length > STREAM_ID_LENGTH) {
    throw tooLong('stream_id', 'string', `${STREAM_ID_LENGTH} characters`);
  }
  return value;
}

function readGenerate(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value !== 'boolean') throw invalidType('generate', 'a boolean', value);
  return value;
}

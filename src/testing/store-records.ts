import type { ResponseEvent } from '../contracts/responses/events.js';
import type { OutputItem } from '../contracts/responses/items.js';
import type { ResponseResource } from '../contracts/responses/response.js';
import { createSnapshot } from '../responses/translator/stream/response-snapshot.js';
import type { StoredItem } from '../store/conversation-store.port.js';
import type { NewResponse, ResponseEnding } from '../store/response-record-store.port.js';

export const owner = 'a'.repeat(64);
export const otherOwner = 'b'.repeat(64);

export function newResource(id: string, fields: Partial<ResponseResource> = {}): ResponseResource {
  const options = { responseId: id, createdAt: 1_700_000_000, model: 'm', stored: true };
  return { ...createSnapshot({ model: 'm', input: 'hi' }, options), ...fields };
}

export function userItem(id: string, text = `text of ${id}`): StoredItem {
  return { type: 'message', id, role: 'user', content: [{ type: 'input_text', text }] };
}

export function outputMessage(id: string, text = `text of ${id}`): OutputItem {
  return {
    type: 'message',
    id,
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  };
}

export function begin(id: string, fields: Partial<ResponseResource> = {}): NewResponse {
  return {
    owner,
    response: newResource(id, fields),
    input: [userItem(`msg_in_${id}`)],
    replica: 'replica-1',
  };
}

export function ending(id: string, fields: Partial<ResponseResource> = {}): ResponseEnding {
  const output = [outputMessage(`msg_out_${id}`)];
  return { response: newResource(id, { status: 'completed', output, ...fields }) };
}

/** Makes delta events numbered from `first`. */
export function deltas(first: number, count: number): ResponseEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'response.output_text.delta',
    sequence_number: first + index,
    item_id: 'msg_1',
    output_index: 0,
    content_index: 0,
    delta: `d${first + index}`,
    logprobs: [],
  }));
}

export function terminal(id: string): ResponseEvent {
  const response = newResource(id, { status: 'completed' });
  return { type: 'response.completed', sequence_number: 0, response };
}

import type { ResponseEvent } from '../contracts/responses/events.js';
import type { InputItem, OutputItem } from '../contracts/responses/items.js';
import type { ResponseResource, ResponseStatus } from '../contracts/responses/response.js';
import type { StoredItem } from './conversation-store.port.js';
import type { RecordCodec } from './record-codec.js';
import type { StoredResponse, StoredTurn } from './response-record-store.port.js';

/** Holds a response in the parts that are read apart: a chain needs `input` and `output`, but not a thousand lists of tools. */
export interface ResponseTexts {
  input: string;
  output: string;
  /** Holds the resource without its output. */
  resource: string;
}

export function encodeResponse(
  codec: RecordCodec,
  response: ResponseResource,
): Omit<ResponseTexts, 'input'> {
  return {
    output: codec.encode(response.output),
    resource: codec.encode({ ...response, output: [] }),
  };
}

export function decodeResponse(codec: RecordCodec, texts: ResponseTexts): StoredResponse {
  const resource = codec.decode(texts.resource) as ResponseResource;
  const output = codec.decode(texts.output) as OutputItem[];
  return {
    response: { ...resource, output },
    input: codec.decode(texts.input) as StoredItem[],
  };
}

export function decodeTurn(
  codec: RecordCodec,
  turn: { id: string; status: string; input: string; output: string },
): StoredTurn {
  return {
    id: turn.id,
    status: turn.status as ResponseStatus,
    input: codec.decode(turn.input) as StoredItem[],
    output: codec.decode(turn.output) as OutputItem[],
  };
}

/** Picks the wanted items among the outputs of the responses that hold them. */
export function pickItems(
  codec: RecordCodec,
  outputs: Iterable<string>,
  itemIds: readonly string[],
): Map<string, InputItem> {
  const wanted = new Set(itemIds);
  const found = new Map<string, InputItem>();
  for (const output of outputs) {
    for (const item of codec.decode(output) as (OutputItem & InputItem)[]) {
      if (wanted.has(item.id)) found.set(item.id, item);
    }
  }
  return found;
}

/** Reads one batch of the event log; the events get the numbers of their places. */
export function decodeEvents(codec: RecordCodec, text: string, first: number): ResponseEvent[] {
  const events = codec.decode(text) as ResponseEvent[];
  return events.map((event, index) => ({ ...event, sequence_number: first + index }));
}

/** One page of an event log has so many characters: a follower that does not read holds one page, not the whole log. */
export const PAGE_CHARACTERS = 64 * 1024;

/** Gives the batches of one page, at least one of them, and whether there are no more. */
export function firstPage<Batch>(
  batches: Iterable<Batch>,
  textOf: (batch: Batch) => string,
): { page: Batch[]; reachesEnd: boolean } {
  const page: Batch[] = [];
  let characters = 0;
  for (const batch of batches) {
    if (characters >= PAGE_CHARACTERS) return { page, reachesEnd: false };
    page.push(batch);
    characters += textOf(batch).length;
  }
  return { page, reachesEnd: true };
}

export function isOver(status: string): boolean {
  return status !== 'queued' && status !== 'in_progress';
}

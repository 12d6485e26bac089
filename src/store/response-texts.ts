import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResponseEvent } from '../contracts/responses/events.js';
import type { InputItem, OutputItem } from '../contracts/responses/items.js';
import type { ResponseResource, ResponseStatus } from '../contracts/responses/response.js';
import type { StoredItem } from './conversation-store.port.js';
import type { RecordCodec } from './record-codec.js';
import {
  ChainTooLongError,
  maxChainTurns,
  TooLargeError,
  type StoredResponse,
  type StoredTurn,
} from './response-record-store.port.js';

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

interface TurnTexts {
  id: string;
  status: string;
  input: string;
  output: string;
}

export function decodeTurns(
  codec: RecordCodec,
  turns: readonly TurnTexts[],
): Promise<StoredTurn[]> {
  return decodeEach(
    turns,
    ({ input, output }) => input.length + output.length,
    ({ id, status, input, output }) => ({
      id,
      status: status as ResponseStatus,
      input: codec.decode(input) as StoredItem[],
      output: codec.decode(output) as OutputItem[],
    }),
  );
}

/** One turn of a chain as a database answers it; every row has the bytes of the whole chain. */
export interface ChainRow extends TurnTexts {
  previous_id: string | null;
  bytes: number;
}

/** Reads a chain from its root on; undefined where its root is gone. Rejects as `ResponseRecordStore.chain` does. */
export async function readChain(
  codec: RecordCodec,
  rows: readonly ChainRow[],
  mostBytes: number,
): Promise<StoredTurn[] | undefined> {
  if (rows.length > maxChainTurns) throw new ChainTooLongError();
  if (rows[0]?.previous_id !== null) return undefined;
  assertFits(rows[0].bytes, mostBytes);
  return decodeTurns(codec, rows);
}

export function decodeItems(codec: RecordCodec, texts: readonly string[]): Promise<StoredItem[]> {
  return decodeEach(
    texts,
    (text) => text.length,
    (text) => codec.decode(text) as StoredItem,
  );
}

/** @throws TooLargeError where something has more bytes than are wanted. */
export function assertFits(bytes: number, mostBytes: number): void {
  if (bytes > mostBytes) throw new TooLargeError(bytes);
}

/** Without a bound of its own a reader takes whatever there is. */
export const anySize = Number.MAX_SAFE_INTEGER;

/** Decoding more than this at once would hold up everybody else. */
const decodedAtOnce = 1024 * 1024;

/** Decodes texts one after the other, and lets others have the thread in between. */
export async function decodeEach<Row, Value>(
  rows: readonly Row[],
  sizeOf: (row: Row) => number,
  decode: (row: Row) => Value,
): Promise<Value[]> {
  const values: Value[] = [];
  let size = 0;
  for (const row of rows) {
    size += sizeOf(row);
    values.push(decode(row));
    if (size < decodedAtOnce) continue;
    size = 0;
    await nextTurn();
  }
  return values;
}

/** Picks the wanted items among the outputs of the responses that hold them. */
export async function pickItems(
  codec: RecordCodec,
  outputs: readonly string[],
  itemIds: readonly string[],
): Promise<Map<string, InputItem>> {
  const wanted = new Set(itemIds);
  const found = new Map<string, InputItem>();
  await decodeEach(
    outputs,
    (output) => output.length,
    (output) => {
      for (const item of codec.decode(output) as (OutputItem & InputItem)[]) {
        if (wanted.has(item.id)) found.set(item.id, item);
      }
    },
  );
  return found;
}

/** One output that holds wanted items, as a database answers it; every row has the bytes of all of them. */
export interface HolderRow {
  bytes: number;
  output: string;
}

/** Picks the wanted items out of the rows. Rejects as `ResponseRecordStore.findItems` does. */
export async function readItems(
  codec: RecordCodec,
  rows: readonly HolderRow[],
  itemIds: readonly string[],
  mostBytes: number,
): Promise<Map<string, InputItem>> {
  assertFits(rows[0]?.bytes ?? 0, mostBytes);
  const outputs = rows.map(({ output }) => output);
  return pickItems(codec, outputs, itemIds);
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
  sizeOf: (batch: Batch) => number,
  most = PAGE_CHARACTERS,
): { page: Batch[]; reachesEnd: boolean } {
  const page: Batch[] = [];
  let size = 0;
  for (const batch of batches) {
    if (size >= most) return { page, reachesEnd: false };
    page.push(batch);
    size += sizeOf(batch);
  }
  return { page, reachesEnd: true };
}

export function isOver(status: string): boolean {
  return status !== 'queued' && status !== 'in_progress';
}

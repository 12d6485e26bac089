import { DONE_CHUNK } from '../../contracts/chat/chunk.js';
import { isRecord } from '../../common/json.js';
import type { RecordedRequest } from '../recording/recorded-request.js';
import { scrubPersonal } from './scrub-personal.js';

/** A fixture that does not name them reads without them, unlike the default. */
const always: ReadonlySet<string> = new Set(['thinkTags', 'toolCallRescue']);

/**
 * Writes a request as a fixture, which `src/responses/translator/__fixtures__` takes as it is: the first line has what the dialect
 * differs in and the request, each further one a chunk. A response with several answers has those of all calls.
 */
export function fixtureOf(request: RecordedRequest): string {
  const call = request.calls[0]?.sent;
  const differing = (call?.dialect() ?? []).filter(
    ({ field, setBy, value }) =>
      (setBy !== 'default' || always.has(field)) && field !== 'name' && isPlain(value),
  );
  const options = Object.fromEntries(differing.map(({ field, value }) => [field, value]));
  const head = { options, request: request.body ?? null, chat_request: call?.request ?? null };
  const chunks = request.chunks.flatMap(({ parts }) => parts).filter((part) => part !== DONE_CHUNK);
  return [head, ...chunks].map((line) => `${scrubPersonal(line)}\n`).join('');
}

/** Sets and expressions are no JSON; what they say is of requests and errors, which a fixture does not replay. */
function isPlain(value: unknown): boolean {
  return !Array.isArray(value) && (!isRecord(value) || Object.keys(value).length > 0);
}

/** Names the file by the model and the time: `qwen3-8b-20261130T0910.chunks.jsonl`. */
export function fixtureName({ outcome, seenAt }: RecordedRequest): string {
  const model = (outcome.model ?? 'model')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, 60);
  const time = new Date(seenAt).toISOString().slice(0, 16).replace(/[-:]/g, '');
  return `${model}-${time}.chunks.jsonl`;
}

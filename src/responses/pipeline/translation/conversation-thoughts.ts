import type { InputItem } from '../../../contracts/responses/items.js';
import type { CreateResponseBody } from '../../../contracts/responses/request.js';
import type { BackendDialect } from '../../translator/dialect/dialect.js';
import type { ResponseStream } from '../../translator/stream/response-stream.js';
import { hasOpaqueThoughts, needsThoughts, type Thought } from '../../translator/thought.js';
import { thoughtsToFind } from '../../translator/thought-keys.js';

/** Gives the keys of the calls whose thoughts the backend wants to see again, and the client did not give back. */
export function thoughtsWanted(
  dialect: BackendDialect,
  request: CreateResponseBody,
  history: readonly InputItem[] = [],
): readonly string[] {
  if (!needsThoughts(dialect)) return [];
  return thoughtsToFind(request, history, hasOpaqueThoughts(dialect)).wanted;
}

/** Tells what the calls of an answer were thought of, by their keys, where the backend wants to see that again. */
export function thoughtsOf(
  { thoughts }: ResponseStream,
  dialect: BackendDialect,
  request: CreateResponseBody,
  history: readonly InputItem[] = [],
): ReadonlyMap<string, Thought> {
  if (!needsThoughts(dialect) || thoughts.size === 0) return new Map();
  const { next } = thoughtsToFind(request, history, true);
  const told = [...thoughts].filter(
    ([, { text, details, extraContent }]) => text !== '' || (details ?? extraContent) !== undefined,
  );
  return new Map(told.map(([callId, thought]) => [next.of(callId), thought]));
}

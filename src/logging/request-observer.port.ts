import type { ChatChunk } from '../contracts/chat/chunk.js';
import type { BackendRequest } from '../contracts/backend-request.js';
import type { ResponseEvent } from '../contracts/responses/events.js';
import type { InputItem } from '../contracts/responses/items.js';
import type { CreateResponseBody } from '../contracts/responses/request.js';
import type { DialectFact } from '../responses/translator/dialect/explain-dialect.js';
import type { TraceLink } from '../responses/translator/request/context/trace-link.js';
import type { RequestOutcome } from './request-outcome.js';

export const REQUEST_OBSERVER = Symbol('REQUEST_OBSERVER');

/** Holds one request as it goes to a backend, and what is known of its translation. */
export interface SentRequest {
  backend: string;
  model: string;
  request: BackendRequest;
  trace: (() => readonly TraceLink[]) | undefined;
  dialect: () => readonly DialectFact[];
}

/**
 * Is shown each request on its way, or is undefined under REQUEST_OBSERVER where nobody looks: then no step does anything for it. A
 * request is known by its outcome, since clients may repeat an id. What is shown may be kept and must not be changed.
 */
export interface RequestObserver {
  began(outcome: RequestOutcome, body: unknown, history: readonly InputItem[]): void;
  /** The body has passed its validation; prompt templates and hooks have had their say. */
  read(outcome: RequestOutcome, request: CreateResponseBody): void;
  sent(outcome: RequestOutcome, sent: SentRequest): void;
  chunks(outcome: RequestOutcome, chunks: readonly ChatChunk[]): void;
  events(outcome: RequestOutcome, events: readonly ResponseEvent[]): void;
  /** It is over; `line` is what `request_completed` says. */
  ended(outcome: RequestOutcome, line: Readonly<Record<string, unknown>>): void;
}

import type { BackendRequest } from '../../contracts/backend-request.js';
import type { ResponseEvent } from '../../contracts/responses/events.js';
import type { InputItem } from '../../contracts/responses/items.js';
import type { ResponseResource } from '../../contracts/responses/response.js';
import type { DialectFact } from '../../responses/translator/dialect/explain-dialect.js';
import type { TraceLink } from '../../responses/translator/request/context/trace-link.js';
import type { TranslationWarning } from '../../responses/translator/warning.js';

/** One line of the list: `GET /inspector/api/requests` and each message of `/inspector/api/live`. Times are milliseconds. */
export interface RequestSummary {
  id: string;
  requestId: string;
  /** The clock said so when the request came. */
  at: number;
  method: string;
  path: string;
  model?: string | undefined;
  stream?: boolean | undefined;
  backend?: string | undefined;
  attempts?: number | undefined;
  /** HTTP's, once it is over. */
  status?: number | undefined;
  /** The Response's: `completed`, `failed` and so on. */
  responseStatus?: string | undefined;
  errorCode?: string | undefined;
  errorMessage?: string | undefined;
  firstEventMs?: number | undefined;
  durationMs?: number | undefined;
  inputTokens?: number | undefined;
  cachedTokens?: number | undefined;
  outputTokens?: number | undefined;
  /** Counts them by code. */
  warnings: Record<string, number>;
  isOver: boolean;
  /** Its body was seen, so that it can be looked into. */
  hasBody: boolean;
}

/** A warning, with what the reader can do about it. */
export interface AdvisedWarning extends TranslationWarning {
  kind: 'keeps' | 'loses';
  advice: string;
}

/** One call of a backend; a response has several where tools run here, backends fail or a conversation is compacted. */
export interface CallView {
  at: number;
  backend: string;
  model: string;
  request: BackendRequest;
  links: readonly TraceLink[];
  dialect: readonly DialectFact[];
}

/** One chunk or event, so many milliseconds after the request came. What was read or written together has one time. */
export interface TimedPart<Part> {
  at: number;
  part: Part;
}

/** `GET /inspector/api/requests/ID`. */
export interface RequestDetail {
  summary: RequestSummary;
  body: unknown;
  history: readonly InputItem[];
  calls: readonly CallView[];
  warnings: readonly AdvisedWarning[];
  /** `[DONE]` is the end of a backend's stream. */
  chunks: readonly TimedPart<unknown>[];
  events: readonly TimedPart<ResponseEvent>[];
  response: ResponseResource | undefined;
  /** More came than is kept of one request. */
  isCut: boolean;
}

/** Where the messages of a turn first differ from those of the turn before. */
export interface PrefixBreak {
  /** This is a path in the request to the backend: `messages[3]`, `input[3]`, `tools`, `model`. */
  path: string;
  before: string;
  after: string;
  /** So much of the request before, as JSON, is the same from its beginning, 0 to 1. */
  sameShare: number;
}

/** One turn of a conversation, in `GET /inspector/api/requests/ID/prefix`. */
export interface PrefixTurn {
  id: string;
  at: number;
  backend: string;
  model: string;
  messages: number;
  inputTokens: number | undefined;
  cachedTokens: number | undefined;
  /** The turn before had sent so many tokens of this one's prompt, where it only goes on. */
  cacheableTokens: number | undefined;
  /** Null says that the turn before is a prefix of this one; undefined, that there is none before. */
  break: PrefixBreak | null | undefined;
}

export interface ListAnswer {
  requests: readonly RequestSummary[];
}

export interface PrefixAnswer {
  turns: readonly PrefixTurn[];
}

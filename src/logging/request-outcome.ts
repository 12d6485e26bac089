import type { ErrorOutcome } from '../common/error-outcome.js';
import type { Usage } from '../contracts/responses/response.js';
import type { TranslationWarning } from '../responses/translator/warning.js';

/**
 * Holds what one request came to. It is filled on the way and written once as the `request_completed` line. It hangs on the
 * Fastify request as `request.outcome`; times are milliseconds of the clock.
 */
export interface RequestOutcome extends Partial<ErrorOutcome> {
  readonly requestId: string;
  readonly startedAt: number;
  /** Who asked, where CALLERS_FILE or a plugin has a name for it. */
  caller?: string;
  model?: string;
  /** Says where the dialect of the model comes from, as the log shows it at debug. */
  dialectRules?: object;
  stream?: boolean;
  responseId?: string;
  /** The Response resource has this status, which says more than HTTP's 200. */
  responseStatus?: string;
  /** Who answered, or failed last, and what the model is called there. They are noted only where there are several backends. */
  backend?: string;
  backendModel?: string;
  /** Backends that were asked before, and why the request went on to the next one. */
  fallbacks?: readonly { backend: string; code: string }[];
  /** Names the conversation, by a keyed hash, and who has its prompt; null where the usage is not that of one prompt. */
  session?: { key: string; backend: string } | null;
  backendStatus?: number;
  /** The first event was written so long after the request's arrival. */
  firstEventMs?: number;
  usage?: Usage | null;
  outputItems?: number;
  warnings?: readonly TranslationWarning[];
  /** The trace of the request, if it is recorded. */
  traceId?: string;
  clientAborted?: boolean;
  /** The connection became a WebSocket; each of its turns has an outcome of its own. */
  upgraded?: boolean;
}

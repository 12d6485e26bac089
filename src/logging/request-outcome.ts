import type { ErrorOutcome } from '../common/error-outcome.js';
import type { Usage } from '../contracts/responses/response.js';
import type { TranslationWarning } from '../responses/translator/warning.js';

/**
 * What one request came to. Filled on the way, written once as the `request_completed` line.
 * Hangs on the Fastify request as `request.outcome`; times are milliseconds of the clock.
 */
export interface RequestOutcome extends Partial<ErrorOutcome> {
  readonly requestId: string;
  readonly startedAt: number;
  model?: string;
  /** Where the dialect of the model comes from, as the log shows it at debug. */
  dialectRules?: object;
  stream?: boolean;
  responseId?: string;
  /** Status of the Response resource, which says more than HTTP's 200. */
  responseStatus?: string;
  backendStatus?: number;
  /** From the request's arrival to the first event written. */
  firstEventMs?: number;
  usage?: Usage | null;
  outputItems?: number;
  warnings?: readonly TranslationWarning[];
  clientAborted?: boolean;
  /** The connection became a WebSocket; each of its turns has an outcome of its own. */
  upgraded?: boolean;
}

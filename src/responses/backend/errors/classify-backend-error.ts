import type { ApiError, ApiErrorDetails } from '../../../common/api-error.js';
import {
  carriedCode,
  ERRORS,
  type CarriedCode,
  type ErrorCode,
} from '../../../common/error-codes.js';
import { backendRefused } from '../../../common/error-table.js';
import type { BackendHeaders } from './error-shape.js';
import { readErrorShape, type ErrorShape } from './error-shape.js';
import { kindFromWording, type ErrorKind } from './error-wordings.js';
import { readRetryAfter } from './retry-after.js';
import { scrubKeys } from './scrub-keys.js';

export interface BackendFailure {
  /** An error inside a 200 has none. */
  status: number | undefined;
  /** Holds the parsed JSON, or the text when it is none. */
  body: unknown;
  headers?: BackendHeaders;
  /** The keys that the call carried are cut out of the message, whatever they look like. */
  apiKey?: string | readonly string[] | undefined;
  /** The dialect has them; the known wordings count when it has none. */
  overflowPatterns?: readonly RegExp[] | undefined;
  /** A Retry-After may be a date, which is counted from here. */
  nowMs: number;
}

type Verdict = Pick<ApiErrorDetails, 'status' | 'type' | 'code'>;

const longestMessage = 4000;
const longestParam = 200;
/** A key is no longer than this in any of its encodings. */
const longestKey = 1000;
const keptStatuses = new Set([400, 401, 403, 404, 408, 409, 413, 422, 429]);

/** Makes of one answer of a backend the error that the client sees, in OpenAI's words. It is pure. */
export function classifyBackendError(failure: BackendFailure): ApiError {
  const shape = withoutKeys(readErrorShape(failure.body), failure.apiKey);
  const status = failure.status ?? shape.status;
  const kind = shape.kind ?? kindOf(status, shape, failure.overflowPatterns);
  const verdict = judge(kind, status, shape);
  const message =
    clean(shape.message, failure.apiKey) ||
    `The backend answered with status ${status ?? 'unknown'}.`;
  const retryAfter = readRetryAfter(failure.headers ?? {}, message, failure.nowMs);
  return backendRefused(kind === 'rate_limit' ? withDelay(message, retryAfter) : message, {
    ...verdict,
    param: kind === 'model_not_found' ? 'model' : cleanParam(shape.param, failure.apiKey),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfter) }),
  });
}

/** The status decides where it is unambiguous; the wording decides the rest. */
function kindOf(
  status: number | undefined,
  shape: ErrorShape,
  overflowPatterns: readonly RegExp[] | undefined,
): ErrorKind | undefined {
  const text = [shape.code, shape.type, shape.message].join('\n');
  const kind = kindFromWording(text, overflowPatterns);
  if (status === 402) return 'insufficient_quota';
  if (status === 429) return kind === 'insufficient_quota' ? kind : 'rate_limit';
  if (status === 503 || status === 529) return 'overloaded';
  if (status === 401 || status === 403) return kind === 'insufficient_quota' ? kind : undefined;
  if (kind === 'authentication' && status !== undefined) return undefined;
  if (kind === 'model_not_found' && status !== undefined && status >= 500) return undefined;
  return kind;
}

function judge(
  kind: ErrorKind | undefined,
  status: number | undefined,
  shape: ErrorShape,
): Verdict {
  switch (kind) {
    case 'rate_limit':
      return ofTable('rate_limit_exceeded', {
        type: /tokens? per|\bTPM\b/i.test(shape.message) ? 'tokens' : 'requests',
      });
    case 'insufficient_quota':
      return ofTable('insufficient_quota');
    case 'context_length':
      return ofTable('context_length_exceeded');
    case 'overloaded':
      return ofTable('server_is_overloaded', { status: serverStatus(status) });
    case 'model_not_found':
      return ofTable('model_not_found');
    case 'authentication':
      return ofTable('invalid_api_key');
    case undefined:
      return judgeByStatus(status ?? statusOfType(shape.type), shape);
  }
}

function judgeByStatus(status: number, shape: ErrorShape): Verdict {
  const code = wordyCode(shape.code);
  const own = code === undefined ? {} : { code };
  switch (status) {
    case 401:
      return ofTable('invalid_api_key');
    case 403:
      return ofTable('permission_denied', own);
    case 404:
      return ofTable('not_found', own);
    case 408:
    case 504:
      return ofTable('backend_timeout', { status });
    case 409:
      return ofTable('conflict', own);
    case 413:
      return ofTable('request_too_large');
    default:
      if (keptStatuses.has(status)) return ofTable('invalid_request', { status, ...own });
      if (status >= 500 && status <= 599) {
        return ofTable('backend_error', {
          status,
          code: code ?? wordyCode(shape.type) ?? 'backend_error',
        });
      }
      return ofTable('backend_error');
  }
}

function ofTable(code: ErrorCode, details: Partial<Verdict> = {}): Verdict {
  return { ...ERRORS[code], code, ...details };
}

/** Finds the status of an error inside a 200, which names none: its type tells whose fault it is. */
function statusOfType(type: string | undefined): number {
  if (type === undefined) return 502;
  return /invalid|bad_?request|validation|unprocessable/i.test(type) ? 400 : 502;
}

function serverStatus(status: number | undefined): number {
  return status !== undefined && status >= 500 && status <= 599 ? status : 503;
}

/** Keeps a code that a client could match by string; numbers such as Mistral's "3230" and class names are none. */
function wordyCode(code: string | undefined): CarriedCode | undefined {
  return code !== undefined && /^[a-z][a-z0-9_]{2,63}$/.test(code) ? carriedCode(code) : undefined;
}

/** Codex reads the delay from the message: "Please try again in 11.054s" (docs/codex.md). */
function withDelay(message: string, seconds: number | undefined): string {
  if (seconds === undefined || /try again in \d/i.test(message)) return message;
  const sentence = message.trimEnd();
  return `${sentence}${sentence.endsWith('.') ? '' : '.'} Please try again in ${seconds}s.`;
}

/** Leaves out a code or type that holds a key: it would travel on as it stands. */
function withoutKeys(shape: ErrorShape, apiKey: BackendFailure['apiKey']): ErrorShape {
  const clean = (word: string | undefined): string | undefined =>
    word === undefined || scrubKeys(word.slice(0, longestParam), apiKey) !== word
      ? undefined
      : word;
  return { ...shape, code: clean(shape.code), type: clean(shape.type) };
}

/** Cleans a path in the request. FastAPI's `loc` quotes what stood there, which may be a key. */
function cleanParam(param: string | undefined, apiKey: BackendFailure['apiKey']): string | null {
  return param === undefined ? null : scrubKeys(param, apiKey).slice(0, longestParam);
}

/** Cuts the end of a long message before it is searched: what a search costs must not be the backend's choice. */
function clean(message: string, apiKey: BackendFailure['apiKey']): string {
  const head = message.slice(0, 2 * longestMessage);
  const scrubbed = scrubKeys(head, apiKey);
  // The cut may go through a key, of which the beginning is then left at the end.
  const text = (head === message ? scrubbed : scrubbed.slice(0, -longestKey)).trim();
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}... (truncated)` : text;
}

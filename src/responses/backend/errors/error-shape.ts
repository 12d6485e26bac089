import { isRecord, type JsonRecord } from '../../../common/json.js';
import { miniMaxKinds, type ErrorKind } from './error-wordings.js';

/** Holds the headers of a backend's answer, names in lower case. */
export type BackendHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Holds what could be read from an error body, whichever backend wrote it. Nothing is bounded or scrubbed yet. */
export interface ErrorShape {
  message: string;
  type?: string | undefined;
  code?: string | undefined;
  param?: string | undefined;
  /** Stands in the body as an HTTP status, for errors that came with 200. */
  status?: number | undefined;
  kind?: ErrorKind | undefined;
}

/** Tells a 200 payload that is an error in truth by the shapes of docs/compatibility.md. */
export function isErrorPayload(payload: JsonRecord): boolean {
  if (isPresent(payload.error) || payload.object === 'error' || payload.success === false) {
    return true;
  }
  if (isRecord(payload.base_resp) && isFailure(payload.base_resp.status_code)) return true;
  if ('choices' in payload) return false;
  const coded = isPresent(payload.code) || typeof payload.type === 'string';
  const text = payload.message ?? payload.msg;
  return isPresent(payload.detail) || Array.isArray(payload.errors) || (isText(text) && coded);
}

/** Reads the error from a parsed body, or from the text of one that is no JSON. */
export function readErrorShape(body: unknown): ErrorShape {
  if (typeof body === 'string') return readText(body);
  if (Array.isArray(body)) return readErrorShape(body[0]); // Gemini wraps it in an array.
  if (!isRecord(body)) return { message: '' };
  if (isRecord(body.base_resp)) return readMiniMax(body.base_resp);
  if (isRecord(body.error)) return readObject(body.error);
  if (isText(body.error)) return { ...readObject(body), message: body.error };
  if (isPresent(body.detail)) return readDetail(body.detail);
  if (Array.isArray(body.errors)) return readErrorShape(body.errors[0]);
  return readObject(body);
}

function readObject(error: JsonRecord): ErrorShape {
  const own = [error.message, error.msg, error.error].find(isText) ?? '';
  const upstream = isRecord(error.metadata) ? readUpstream(error.metadata.raw) : '';
  return {
    message: upstream === '' || own.includes(upstream) ? own : `${own}: ${upstream}`,
    // An event of the Responses API is named so, which is no type of error.
    type: textOf(error.type === 'error' ? undefined : error.type) ?? textOf(error.status),
    code: textOf(error.code),
    param: textOf(error.param),
    status: statusOf(error.code) ?? statusOf(error.status) ?? statusOf(error.status_code),
  };
}

/** OpenRouter hides the provider's own message, text or JSON, in `metadata.raw` (openrouter.ai/docs, "Errors", 2026). */
function readUpstream(raw: unknown): string {
  if (!isText(raw)) return isRecord(raw) ? readErrorShape(raw).message : '';
  try {
    return readErrorShape(JSON.parse(raw)).message || raw;
  } catch {
    return raw;
  }
}

/** FastAPI and Mistral send `{"detail": "..."}` or `{"detail": [{"loc": [...], "msg": "..."}]}`. */
function readDetail(detail: unknown): ErrorShape {
  const first: unknown = Array.isArray(detail) ? detail[0] : detail;
  if (isText(first)) return { message: first };
  if (!isRecord(first)) return { message: '' };
  const location = Array.isArray(first.loc) ? first.loc.filter((part) => part !== 'body') : [];
  return {
    ...readObject(first),
    param: location.length > 0 ? location.join('.') : undefined,
  };
}

function readMiniMax(response: JsonRecord): ErrorShape {
  const code = Number(response.status_code);
  return { message: textOf(response.status_msg) ?? '', kind: miniMaxKinds[code] };
}

/** Reads a text. Proxies and load balancers answer with pages, whose title says enough. */
function readText(text: string): ErrorShape {
  if (!/^\s*</.test(text)) return { message: text.trim() };
  const title = /<title[^>]{0,200}>([^<]{0,500})<\/title>/i.exec(text)?.[1]?.trim();
  return { message: title ? `an HTML page, "${title}"` : 'an HTML page' };
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return isText(value) ? value : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}

function isFailure(statusCode: unknown): boolean {
  return typeof statusCode === 'number' && statusCode !== 0;
}

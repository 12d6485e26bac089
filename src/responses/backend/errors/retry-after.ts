import type { BackendHeaders } from './error-shape.js';

const longestSeconds = 24 * 60 * 60;

/** Gives the seconds to wait, from `retry-after-ms`, `retry-after` (seconds or HTTP date), else from the message's wording. */
export function readRetryAfter(
  headers: BackendHeaders,
  message: string,
  nowMs: number,
): number | undefined {
  const seconds =
    fromMilliseconds(single(headers['retry-after-ms'])) ??
    fromHeader(single(headers['retry-after']), nowMs) ??
    fromMessage(message);
  return seconds === undefined ? undefined : Math.min(Math.max(0, seconds), longestSeconds);
}

/** Reads the wait that a message names: OpenAI's "Please try again in 11.054s" or "in 250ms", Gemini's "Please retry in 22.6s". */
function fromMessage(message: string): number | undefined {
  const match =
    /(?:try again|retry) in\s{1,8}(?:(\d{1,9})m)?(\d{1,9}(?:\.\d{1,20})?)\s{0,8}(ms|s|seconds?|minutes?)\b/i.exec(
      message,
    );
  if (match === null) return undefined;
  const [, minutes, amount, unit = 's'] = match;
  const scale = unit.toLowerCase() === 'ms' ? 0.001 : unit.toLowerCase().startsWith('m') ? 60 : 1;
  return Number(minutes ?? 0) * 60 + Number(amount) * scale;
}

function fromMilliseconds(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d+(\.\d+)?$/.test(value)) return undefined;
  return Number(value) / 1000;
}

function fromHeader(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.ceil((date - nowMs) / 1000);
}

function single(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value)?.trim();
}

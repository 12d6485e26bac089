import { isUtf8 } from 'node:buffer';
import type { ApiError } from './api-error.js';
import { malformedBody, payloadTooLarge } from './error-table.js';
import { findJsonError } from './json-error.js';
import { excessOf } from './json-excess.js';

/**
 * The JSON of a body may have so many separators (commas and colons), a few times what the largest conversations and tool lists
 * have.
 */
const maxSeparators = 120_000;

/** A body's objects may have so many names, of which each costs as much as several values. */
const maxNames = 60_000;

/** A smaller body cannot hold enough of them to hold others up. */
const countedFromBytes = 256 * 1024;

/**
 * Reads a request body as JSON; an empty one is undefined, for routes that need none. A key `__proto__` becomes an ordinary own
 * property, which is inert: tool schemas may hold any name.
 * @throws ApiError 400 naming line and column of the first mistake, 413 for more values than anybody sends.
 */
export function parseJsonBody(bytes: Buffer, maxDepth: number): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw malformedBody('The body is not valid UTF-8.');
  const isCounted = bytes.length > countedFromBytes;
  if (isCounted) refuseExcess(bytes, maxDepth);
  const text = withoutByteOrderMark(bytes.toString('utf8'));
  const value = parse(text);
  if (!isCounted && isDeeperThan(value, maxDepth)) throw tooDeep(maxDepth);
  return value;
}

/** Tells whether a text that may be JSON can be parsed without holding others up; its errors are not looked for. */
export function isSoonParsed(bytes: Buffer, maxDepth: number): boolean {
  return bytes.length <= countedFromBytes || excessIn(bytes, maxDepth) === undefined;
}

function excessIn(bytes: Buffer, depth: number): ReturnType<typeof excessOf> {
  return excessOf(bytes, { separators: maxSeparators, names: maxNames, depth });
}

function refuseExcess(bytes: Buffer, maxDepth: number): void {
  const excess = excessIn(bytes, maxDepth);
  if (excess === undefined) return;
  if (excess === 'depth') throw tooDeep(maxDepth);
  const what =
    excess === 'names'
      ? `${maxNames} names`
      : `${maxSeparators} commas and colons between its values`;
  throw payloadTooLarge(`The JSON of the body has more than ${what}.`);
}

function tooDeep(maxDepth: number): ApiError {
  return malformedBody(
    `The JSON of the body is nested deeper than ${maxDepth} levels (MAX_JSON_DEPTH).`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The engine's own message quotes the body and often lacks the position.
    throw malformedBody(`The body is not valid JSON: ${findJsonError(text)}.`);
  }
}

function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/**
 * Walks the parsed value, not the text: bodies are mostly long strings, so this costs a seventh of a scan of the bytes.
 * The engine parses any depth without recursion, and this walk stops at the limit.
 */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((element) => isDeeperThan(element, levels - 1));
  for (const key in value) {
    if (isDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  }
  return false;
}

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import type { ApiError } from './api-error.js';
import { malformedBody, payloadTooLarge, unsupportedMediaType } from './error-table.js';

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

/** Codex compresses with zstd, SDKs behind corporate proxies with the others. */
const decompressors = new Map<string, Decompress>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
]);

/** What a bomb unpacks to is held until it is measured, so no more of them are unpacked at the same time. */
const MOST_AT_ONCE = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < MOST_AT_ONCE) running += 1;
  else await new Promise<void>((begin) => waiting.push(begin));
  try {
    return await work();
  } finally {
    // Who waits takes over the place.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

export function isCompressed(encoding: string | undefined): encoding is string {
  return encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity';
}

/**
 * Decompresses a request body.
 * @throws ApiError 415 for an encoding that is unknown or several in a chain, 413 as soon as the output passes `maxBytes` (a
 * small bomb costs no more than a large body), 400 for broken data.
 */
export async function decompress(
  body: Buffer,
  encoding: string,
  maxBytes: number,
): Promise<Buffer> {
  const run = decompressors.get(encoding.trim().toLowerCase());
  if (run === undefined) {
    const known = [...decompressors.keys()].join(', ');
    throw unsupportedMediaType(`Content-Encoding must be one of ${known}, and only one.`);
  }
  try {
    return await inTurn(() => run(body, { maxOutputLength: maxBytes }));
  } catch (error) {
    if (isTooLarge(error)) throw bodyTooLarge(maxBytes);
    throw malformedBody(`The body is not valid ${encoding.toLowerCase()} data.`);
  }
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

export function bodyTooLarge(maxBytes: number): ApiError {
  return payloadTooLarge(`The request body is larger than ${maxBytes} bytes (MAX_BODY_BYTES).`);
}

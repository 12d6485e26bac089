import { gzipSync } from 'node:zlib';
import type { ChatChunk } from '../../../src/contracts/chat/chunk.js';

/** Writes one and the same answer in the ways in which backends do, as bytes behind the status line. */

export interface RawAnswer {
  headers: Record<string, string>;
  /** Holds the body in the pieces in which it is written; each is one chunk of the transfer encoding. */
  pieces: Buffer[];
}

type Framing = (chunks: readonly string[]) => string;

const event = (json: string, end: string, colon = 'data: '): string =>
  `${colon}${json}${end}${end}`;
const done = 'data: [DONE]\n\n';

function pieces(body: string | Buffer, size: number): Buffer[] {
  const bytes = Buffer.from(body);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

function framed(framing: Framing, size: number, type = 'text/event-stream') {
  return (chunks: readonly ChatChunk[]): RawAnswer => ({
    headers: { 'content-type': type },
    pieces: pieces(framing(chunks.map((chunk) => JSON.stringify(chunk))), size),
  });
}

const plain: Framing = (chunks) => chunks.map((json) => event(json, '\n')).join('') + done;

export const rawForms: readonly [
  name: string,
  write: (chunks: readonly ChatChunk[]) => RawAnswer,
][] = [
  ['at once', framed(plain, 1_000_000)],
  ['byte by byte', framed(plain, 1)],
  [
    'CRLF, comments and ids, cut in sevens',
    framed(
      (chunks) =>
        ': OPENROUTER PROCESSING\r\n\r\n' +
        chunks.map((json, at) => `id: ${at}\r\n${event(json, '\r\n')}`).join(': ping\r\n\r\n') +
        'data: [DONE]\r\n\r\n',
      7,
    ),
  ],
  [
    'BOM, CR alone, no space, cut in thirteens',
    framed(
      (chunks) =>
        `\uFEFF${chunks.map((json) => event(json, '\r', 'data:')).join('')}data:[DONE]\r\r`,
      13,
    ),
  ],
  ['NDJSON as plain text', framed((chunks) => chunks.join('\n'), 50, 'text/plain')],
  [
    'no [DONE], no last blank line',
    framed((chunks) => plain(chunks).slice(0, -done.length - 1), 99),
  ],
  [
    '[DONE] twice and rubbish behind it',
    framed((chunks) => `${plain(chunks)}${done}data: {"choices":[{"del\n\n<html>`, 64),
  ],
  [
    'gzip',
    (chunks) => ({
      headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
      pieces: pieces(gzipSync(plain(chunks.map((chunk) => JSON.stringify(chunk)))), 20),
    }),
  ],
];

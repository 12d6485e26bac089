import { describe, expect, it } from '@jest/globals';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import { createHarness } from '../../../../test/support/response-stream-harness.js';
import { RepeatedLines } from './repeated-lines.js';
import { SseDecoder } from './sse-decoder.js';

const maxLineBytes = 400;
const streams = 50_000;

/** Leaves every line to the parser. */
class NothingRepeated extends RepeatedLines {
  override get knowsForm(): boolean {
    return false;
  }

  override get isWatching(): boolean {
    return false;
  }
}

class CountedLines extends RepeatedLines {
  count = 0;

  override read(bytes: Buffer, text: string, from: number, chunks: ChatChunk[]): number {
    const before = chunks.length;
    const to = super.read(bytes, text, from, chunks);
    this.count += chunks.length - before;
    return to;
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each stands between quotation marks. */
const texts = [
  ...[
    'a',
    ' the',
    'é',
    '漢字',
    '😀',
    '\\n',
    '\\"',
    '\\\\',
    '\\\\\\"',
    '\\ud83d',
    '\\u0041',
    '\\/',
    '',
  ],
  ...[
    '\u2028',
    '\uFEFF',
    '\\"content\\":',
    'data: ',
    '}}]}',
    '[DONE]',
    'x'.repeat(30),
    '漢'.repeat(90),
  ],
];

/** With these a line is no JSON, or another one, or too long. */
const brokenTexts = [
  ...['\\', '\t', '\r', '\n', '"', '\\x', '\\u00', '","x":"', '"content":"', 'x'.repeat(500)],
];

/** These are lines of one stream, around a text. */
const lines = [
  (text: string) =>
    `data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":null,"content":"${text}","tool_calls":null},"logprobs":null}]}`,
  (text: string) =>
    `data: {"id":"1","choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":null}]}`,
  (text: string) => `data:{"choices":[{"delta":{"reasoning_content": "${text}"}}],"usage":null} `,
  (text: string) =>
    `data: {"choices":[{"delta":{"role":"assistant","content":"${text}","reasoning":"b"}}]}`,
  (text: string) => `data: {"content":"a","choices":[{"delta":{"\\u0063ontent":"${text}"}}]}`,
  (text: string) =>
    `data: {"choices":[{"delta":{"x\\"content":"${text}","\\u0063ontent":"${text}"}}]}`,
  (text: string) => `data: {"choices":[{"delta":{"content":"a","\\u0063ontent":"${text}"}}]}`,
  (text: string) => `data: {"é":1,"choices":[{"delta":{"content":"${text}"}}]}`,
  (text: string) => `data: {"choices":[{"delta":{"content":"${text}"},"finish_reason":"stop"}]}`,
  (text: string) =>
    `data: {"choices":[{"delta":{"__proto__":{"a":1},"content":"${text}"}}],"n":-0}`,
  ...['"refusal":"no"', '"tool_calls":[]', '"reasoning":"b"', '"odd":1'].map(
    (other) => (text: string) =>
      `data: {"choices":[{"index":0,"delta":{"content":"${text}",${other}}}]}`,
  ),
  ...['"usage":{"prompt_tokens":1}', '"citations":["https://a.example"]'].map(
    (other) => (text: string) => `data: {"choices":[{"delta":{"content":"${text}"}}],${other}}`,
  ),
  ...[
    '"index":1',
    '"logprobs":{"content":[]}',
    '"error":{"message":"m"}',
    '"finish_reason":""',
  ].map(
    (other) => (text: string) => `data: {"choices":[{"delta":{"content":"${text}"},${other}}]}`,
  ),
  (text: string) =>
    `data: {"object":"chat.completion","choices":[{"delta":{"content":"${text}"}}]}`,
  (text: string) => `data: {"data":{"choices":[{"delta":{"content":"${text}"}}]}}`,
  (text: string) =>
    `data: {"error":{"message":"${text}"},"choices":[{"delta":{"content":"${text}"}}]}`,
  (text: string) => `data: [{"choices":[{"delta":{"content":"${text}"}}]}]`,
  (text: string) => `{"choices":[{"delta":{"content":"${text}"}}]}`,
  (text: string) => `event: ${text}`,
  () => 'data: [DONE]',
  () => ': keep-alive',
  () => 'data: {"choices":[',
  () => '',
];

const lineEnds = ['\n\n', '\n\n', '\n\n', '\n\n', '\n\n', '\n', '\n\n\n', '\r\n\r\n', '\r'];

function streamOf(random: () => number): Buffer {
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  let stream = '';
  let line = random() < 0.7 ? pick(lines.slice(0, 4)) : pick(lines);
  for (let left = 3 + Math.floor(random() * 10); left > 0; left -= 1) {
    // Most streams repeat themselves, and most tokens are words.
    if (random() < 0.1) line = pick(lines);
    const dice = random();
    const text = dice < 0.03 ? pick(brokenTexts) : dice < 0.5 ? pick(texts) : 'word';
    stream += line(text) + (random() < 0.95 ? '\n\n' : pick(lineEnds));
  }
  const bytes = Buffer.from(stream);
  if (random() < 0.2) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

/** Tells all that a decoder says of a stream, piece by piece, and what becomes of it. */
function decode(pieces: readonly Buffer[], repeated: RepeatedLines): string {
  const decoder = new SseDecoder(maxLineBytes, undefined, undefined, repeated);
  const read = pieces.map((piece) => decoder.push(piece));
  read.push(decoder.end());
  const { stream, warnings } = createHarness();
  const events = [stream.start(), ...read.map((chunks) => stream.push(chunks)), stream.end()];
  return JSON.stringify([read, decoder.done, decoder.failure?.message, events, warnings.list()]);
}

function cut(bytes: Buffer, random: () => number): Buffer[] {
  const longest = random() < 0.3 ? 12 : 1500;
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random() * longest);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

describe('RepeatedLines', () => {
  it(`reads ${streams} random streams as the parser does`, () => {
    let count = 0;
    for (let seed = 1; seed <= streams; seed++) {
      const random = randomNumbers(seed);
      const pieces = cut(streamOf(random), random);
      const fast = new CountedLines(maxLineBytes);
      const plain = decode(pieces, new NothingRepeated(maxLineBytes));
      const read = decode(pieces, fast);
      // Matchers are slow.
      if (read !== plain) expect({ seed, read }).toEqual({ seed, read: plain });
      count += fast.count;
    }
    // The comparison means nothing unless many lines go that way.
    expect(count).toBeGreaterThan(streams);
  }, 120_000);

  it('reads all lines of a burst but the first three', () => {
    const repeated = new CountedLines(maxLineBytes);
    const decoder = new SseDecoder(maxLineBytes, undefined, undefined, repeated);
    const burst = Array.from({ length: 50 }, (_, index) => `${lines[1]?.(`${index} é`)}\n\n`);
    const chunks = decoder.push(Buffer.from(burst.join('')));
    expect(chunks.map(({ choices }) => choices)).toEqual(
      burst.map((_, index) => [
        { index: 0, delta: { content: `${index} é` }, finish_reason: null },
      ]),
    );
    expect(repeated.count).toBe(47);
  });

  it('gives up on a stream whose lines differ elsewhere too', () => {
    const repeated = new CountedLines(maxLineBytes);
    const decoder = new SseDecoder(maxLineBytes, undefined, undefined, repeated);
    const push = (id: number): number =>
      decoder.push(Buffer.from(`data: {"id":${id},"choices":[{"delta":{"content":"a"}}]}\n\n`))
        .length;
    for (let id = 0; id < 100; id++) expect(push(id)).toBe(1);
    expect(repeated.count).toBe(0);
    expect(repeated.isWatching).toBe(false);
  });
});

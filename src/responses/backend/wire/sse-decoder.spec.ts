import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../../common/api-error.js';
import type { ChatChunk } from '../../../contracts/chat/chunk.js';
import { growthOf } from '../../../../test/support/growth.js';
import { classifyBackendError } from '../errors/classify-backend-error.js';
import { SseDecoder } from './sse-decoder.js';

const text = (content: string) => ({ choices: [{ delta: { content }, finish_reason: null }] });
const finish = { choices: [{ delta: {}, finish_reason: 'stop' }] };
const a = JSON.stringify(text('a'));
const b = JSON.stringify(text('b'));
const end = JSON.stringify(finish);

const classify = (body: unknown) => classifyBackendError({ status: undefined, body, nowMs: 0 });

interface Outcome {
  chunks: ChatChunk[];
  done: boolean;
  failure: ApiError | undefined;
}

function decode(bytes: Buffer, pieceSize: number, maxLineBytes = 1024 * 1024): Outcome {
  const decoder = new SseDecoder(maxLineBytes, classify);
  const chunks: ChatChunk[] = [];
  for (let start = 0; start < bytes.length; start += pieceSize) {
    chunks.push(...decoder.push(bytes.subarray(start, start + pieceSize)));
  }
  chunks.push(...decoder.end());
  return { chunks, done: decoder.done, failure: decoder.failure };
}

const splits = [1, 2, 3, 7, 1_000_000];

/** These are all forms of the same stream: chunk a, chunk b, finish. */
const goodStreams: [name: string, stream: string, done: boolean][] = [
  ['plain', `data: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\ndata: [DONE]\n\n`, true],
  ['CRLF', `data: ${a}\r\n\r\ndata: ${b}\r\n\r\ndata: ${end}\r\n\r\ndata: [DONE]\r\n\r\n`, true],
  ['CR alone', `data: ${a}\r\rdata: ${b}\r\rdata: ${end}\r\rdata: [DONE]\r\r`, true],
  ['no space', `data:${a}\n\ndata:${b}\n\ndata:${end}\n\ndata:[DONE]\n\n`, true],
  ['BOM', `\uFEFFdata: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\ndata: [DONE]\n\n`, true],
  [
    'comments, ids and empty lines',
    `: OPENROUTER PROCESSING\n\n\n\nid: 1\nretry: 10\ndata: ${a}\n\n: keep-alive\n\ndata: ${b}\n\n\n\n\ndata: ${end}\n\ndata: [DONE]\n\n`,
    true,
  ],
  ['named events', `event: message\ndata: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\n`, false],
  ['empty data', `data:\n\ndata: \n\ndata: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\n`, false],
  ['no [DONE]', `data: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\n`, false],
  ['no blank line at the end', `data: ${a}\n\ndata: ${b}\n\ndata: ${end}`, false],
  ['no blank lines at all', `data: ${a}\ndata: ${b}\ndata: ${end}\ndata: [DONE]\n`, true],
  [
    '[DONE] with blanks',
    `data: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\ndata:   [DONE]  \t\n\n`,
    true,
  ],
  [
    '[DONE] twice, then data',
    `data: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\ndata: [DONE]\n\ndata: [DONE]\n\ndata: ${a}\n\n`,
    true,
  ],
  ['NDJSON', `${a}\n${b}\n${end}\n`, false],
  ['NDJSON without the last line end', `\n\n${a}\n${b}\n${end}`, false],
  ['envelopes', [a, b, end].map((json) => `data: {"data":${json}}\n\n`).join(''), false],
  ['one array', `[${a},${b},${end}]`, false],
  ['an event of several lines', `data: [\ndata: ${a},\ndata: ${b},\ndata: ${end}]\n\n`, false],
  [
    'a damaged tail behind the finish reason',
    `data: ${a}\n\ndata: ${b}\n\ndata: ${end}\n\ndata: {"choices":[],"usa`,
    false,
  ],
  ['error: null', `data: {"error":null,${a.slice(1)}\n\ndata: ${b}\n\ndata: ${end}\n\n`, false],
];

describe('SseDecoder', () => {
  describe.each(goodStreams)('%s', (_name, stream, done) => {
    it.each(splits)('in pieces of %d', (size) => {
      const outcome = decode(Buffer.from(stream), size);
      expect(outcome.failure).toBeUndefined();
      expect(outcome.chunks.map(({ choices }) => choices)).toEqual([
        text('a').choices,
        text('b').choices,
        finish.choices,
      ]);
      expect(outcome.done).toBe(done);
    });
  });

  it.each(splits)('keeps characters whole in pieces of %d', (size) => {
    const content = 'aé漢😀\u2028"\\';
    const outcome = decode(Buffer.from(`data: ${JSON.stringify(text(content))}\n\n`), size);
    expect(outcome.chunks).toEqual([text(content)]);
  });

  it('reads one JSON body, printed over several lines, as one chunk', () => {
    const body = { choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] };
    for (const size of splits) {
      const outcome = decode(Buffer.from(`\n\n${JSON.stringify(body, null, 2)}\n`), size);
      expect(outcome).toEqual({ chunks: [body], done: false, failure: undefined });
    }
  });

  it('gives all chunks of one read at once', () => {
    const decoder = new SseDecoder(1000, classify);
    expect(decoder.push(Buffer.from(`data: ${a}\n\ndata: ${b}\n\ndata: {"ch`))).toHaveLength(2);
    expect(decoder.push(Buffer.from(`oices":[]}\n`))).toEqual([{ choices: [] }]);
  });

  const errors: [name: string, stream: string, status: number, message: RegExp][] = [
    ['error object', 'data: {"error":{"message":"too hot","code":500}}\n\n', 500, /^too hot$/],
    ['vLLM', 'data: {"object":"error","message":"bad","code":400}\n\ndata: [DONE]\n\n', 400, /bad/],
    ['event: error', 'event: error\ndata: {"message":"sorry"}\n\n', 502, /^sorry$/],
    ['event: error with text', 'event: error\ndata: it broke\n\n', 502, /^it broke$/],
    ['llama.cpp', 'error: {"code":500,"message":"slot gone","type":"x"}\n\n', 500, /slot gone/],
    ['Ollama line', '{"error":"model crashed"}\n', 502, /^model crashed$/],
    ['whole body', '{"error":{"message":"no","code":"429"}}', 429, /^no/],
    ['pretty body', '{\n "error": {\n "message": "no"\n }\n}\n', 502, /^no$/],
    ['Gemini array', '[{"error":{"code":503,"message":"busy","status":"X"}}]', 503, /busy/],
    [
      'OpenRouter chunk',
      'data: {"choices":[{"finish_reason":"error"}],"error":{"code":502,"message":"up"}}\n\n',
      502,
      /^up$/,
    ],
    [
      'MiniMax',
      'data: {"base_resp":{"status_code":1002,"status_msg":"slow down"}}\n\n',
      429,
      /slow/,
    ],
    ['success: false', '{"success":false,"message":"nope"}', 502, /^nope$/],
    ['HTML', '<!DOCTYPE html>\n<title>502 Bad Gateway</title>\n', 502, /no stream/],
    ['plain text', 'upstream connect error\n', 502, /upstream connect error/],
    ['damaged line', `data: {"choices":[{"del\n\ndata: ${a}\n\n`, 502, /damaged/],
    ['damaged NDJSON', `${a}\n{"choices":[{"del\n`, 502, /damaged/],
    ['truncated end', `data: ${a}\n\ndata: {"choices":[{"del`, 502, /damaged/],
    ['truncated body', '{\n"choices": [\n', 502, /damaged/],
  ];
  describe.each(errors)('%s', (_name, stream, status, message) => {
    it.each(splits)('fails in pieces of %d', (size) => {
      const { failure } = decode(Buffer.from(stream), size);
      expect(failure).toBeInstanceOf(ApiError);
      expect(failure?.message).toMatch(message);
      expect(failure?.status).toBe(status);
    });
  });

  it('hands on the chunks before an error and nothing after it', () => {
    const stream = `data: ${a}\n\ndata: {"error":{"message":"x"}}\n\ndata: ${b}\n\n`;
    for (const size of splits) {
      const outcome = decode(Buffer.from(stream), size);
      expect(outcome.chunks).toEqual([text('a')]);
      expect(outcome.failure?.message).toBe('x');
    }
  });

  it('an empty body is no chunk and no failure: the translator judges', () => {
    expect(decode(Buffer.alloc(0), 1)).toEqual({ chunks: [], done: false, failure: undefined });
  });

  it.each(['data: ', 'data: x\ndata: ', '{\n', ': '])(
    'bounds a line that begins with %j',
    (start) => {
      const decoder = new SseDecoder(1000, classify);
      decoder.push(Buffer.from(start));
      for (let count = 0; count < 20 && decoder.failure === undefined; count += 1) {
        decoder.push(Buffer.alloc(100, 'x'));
      }
      expect(decoder.failure?.message).toMatch(/more than 1000 bytes/);
    },
  );

  it('bounds an event of many short lines', () => {
    expect(decode(Buffer.from('data: x\n'.repeat(2000)), 100, 1000).failure?.message).toMatch(
      /more than 1000 bytes/,
    );
  });

  it('reads a line of 8 MB in small pieces in linear time', () => {
    const line = (megabytes: number): { content: string; bytes: Buffer } => {
      const content = 'é'.repeat((megabytes / 2) * 1024 * 1024);
      return { content, bytes: Buffer.from(`data: ${JSON.stringify(text(content))}\n\n`) };
    };
    // They are made beforehand: only the reading is measured.
    const lines = new Map([0.5, 8].map((megabytes) => [megabytes, line(megabytes)]));
    const read = (megabytes: number): void => {
      const { content, bytes } = lines.get(megabytes) ?? line(megabytes);
      const [chunk] = decode(bytes, 1024, 16 * 1024 * 1024).chunks;
      expect(JSON.stringify(chunk).length).toBe(JSON.stringify(text(content)).length);
    };
    // The stream is 16 times as long: that costs 16 times where it is linear, 256 times where each piece copies what came before.
    expect(growthOf(read, 0.5, 8, 100)).toBeLessThan(100);
  });
});

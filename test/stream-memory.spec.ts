import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { SseDecoder } from '../src/responses/backend/wire/sse-decoder.js';
import { ToolRegistry } from '../src/responses/translator/tools/tool-registry.js';
import { createHarness } from './support/response-stream-harness.js';
import { testDialect } from './support/test-dialect.js';

/** Reads from backends without end: what is kept of them stays within the limits, and so does the memory. */

const limits = { line: 64 * 1024, output: 1024 * 1024 };
const mebibyte = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  // The second run frees what the first one finds.
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}

const choice = (delta: unknown, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, ...more }] })}\n\n`;
const text = 'x'.repeat(1000);
const call = (fields: object) => choice({ tool_calls: [{ index: 0, ...fields }] });
const logprob = { token: 'a', logprob: -1, bytes: [97], top_logprobs: [] };

/** Feeds a piece until the stream ends or so much was fed, and gives what was fed and how much memory was kept. */
function feed(piece: (turn: number) => string, maxBytes: number) {
  const dialect = testDialect({ toolCallRescue: true });
  const offeredTools = new Map([['get_time', undefined]]);
  const before = heapBytes();
  const tools = new ToolRegistry();
  tools.register({ type: 'custom', name: 'patch' }, 'tools[0].name');
  const maxOutputCharacters = limits.output;
  const { stream } = createHarness({ dialect, offeredTools, tools, maxOutputCharacters });
  const decoder = new SseDecoder(limits.line);
  stream.start();
  let fed = 0;
  for (let turn = 0; stream.response === undefined && fed < maxBytes; turn++) {
    const bytes = Buffer.from(piece(turn));
    fed += bytes.length;
    stream.push(decoder.push(bytes));
    if (decoder.failure !== undefined) stream.fail(decoder.failure);
  }
  return { ended: stream.response !== undefined, fed, kept: heapBytes() - before };
}

describe('what is kept ends at its limit', () => {
  it.each<[string, (turn: number) => string]>([
    ['text', () => choice({ content: text })],
    ['reasoning', () => choice({ reasoning_content: text })],
    [
      'text and reasoning in turn',
      (turn) => choice({ [turn % 2 ? 'content' : 'reasoning']: text }),
    ],
    ['white space', () => choice({ content: ' '.repeat(1000) })],
    ['a think tag', (turn) => choice({ content: turn === 0 ? '<think>' : text })],
    ['a call in text', (turn) => choice({ content: turn === 0 ? '<tool_call>{' : text })],
    ['refusal', () => choice({ refusal: text })],
    ['arguments', () => call({ function: { name: 'get_time', arguments: text } })],
    [
      'input of a freeform tool',
      (turn) => call({ function: { name: 'patch', arguments: turn === 0 ? '{"input":"' : text } }),
    ],
    [
      'arguments in small pieces',
      () => call({ function: { name: 'get_time', arguments: 'x'.repeat(20) } }).repeat(50),
    ],
    ['arguments without a name', () => call({ function: { arguments: text } })],
    [
      'calls with long ids',
      (turn) => call({ id: `${turn}${text}`, function: { name: `n${turn}`, arguments: '{}' } }),
    ],
    [
      'citations',
      (turn) =>
        choice({
          annotations: [{ type: 'url_citation', url_citation: { url: `http://a/${turn}${text}` } }],
        }),
    ],
    [
      'logprobs',
      () => choice({ content: 'a' }, { logprobs: { content: Array(500).fill(logprob) } }),
    ],
    ['one line', () => text],
    ['one data line', (turn) => (turn === 0 ? 'data: {"' : text)],
    ['one event of many lines', () => `data: ${text}\n`],
    ['one body of many lines', (turn) => (turn === 0 ? '{\n' : `${text}\n`)],
  ])('%s', (_name, piece) => {
    const { ended, kept } = feed(piece, 64 * mebibyte);
    expect(ended).toBe(true);
    expect(kept).toBeLessThan(24 * mebibyte);
  });
});

describe('what is not kept costs nothing, however long it goes on', () => {
  it.each<[string, () => string]>([
    ['comments', () => `: ${text}\n\n`],
    ['empty lines', () => '\n'.repeat(1000)],
    ['empty deltas', () => choice({ content: '', role: 'assistant' })],
    ['chunks without choices', () => `data: {"usage":{"prompt_tokens":1},"x":"${text}"}\n\n`],
    ['other choices', () => `data: {"choices":[{"index":1,"delta":{"content":"${text}"}}]}\n\n`],
    ['unknown fields', () => choice({ audio: text })],
  ])('%s', (_name, piece) => {
    const { ended, fed, kept } = feed(piece, 8 * mebibyte);
    expect(ended).toBe(false);
    expect(fed).toBeGreaterThan(7 * mebibyte);
    expect(kept).toBeLessThan(2 * mebibyte);
  });
});

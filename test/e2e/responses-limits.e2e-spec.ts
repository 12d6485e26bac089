import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { finalResponse, readError, readEvents, readResource } from '../support/checked-response.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Meets every limit on what comes from outside, each lowered so that a small request does. */
let service: Service;
const chunks = new ChatChunks('demo');
beforeAll(async () => {
  service = await startService({
    MAX_BODY_BYTES: '40000',
    MAX_INPUT_ITEMS: '3',
    MAX_INPUT_BYTES: '10000',
    MAX_INSTRUCTIONS_BYTES: '100',
    MAX_TOOLS: '2',
    MAX_JSON_DEPTH: '12',
    MAX_STREAM_LINE_BYTES: '4096',
    MAX_OUTPUT_BYTES: '2048',
  });
});
afterAll(() => service.close());

const message = { role: 'user', content: 'x' };
const tool = (name: string) => ({ type: 'function', name, parameters: {} });
const deep = (depth: number): unknown => (depth === 0 ? {} : { a: deep(depth - 1) });

describe('of the request', () => {
  const base = { model: 'demo', input: 'x' };
  it.each<[string, object, number, string | null]>([
    ['MAX_BODY_BYTES', { ...base, user: 'x'.repeat(50_000) }, 413, null],
    ['MAX_INPUT_ITEMS', { ...base, input: Array(4).fill(message) }, 400, 'input'],
    ['MAX_INPUT_BYTES as text', { ...base, input: 'ä'.repeat(6_000) }, 413, 'input'],
    [
      'MAX_INPUT_BYTES in an image',
      {
        ...base,
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(11_000)}` },
            ],
          },
        ],
      },
      413,
      'input',
    ],
    [
      'MAX_INPUT_ITEMS in messages',
      { model: 'demo', messages: Array(4).fill(message) },
      400,
      'messages',
    ],
    ['MAX_INSTRUCTIONS_BYTES', { ...base, instructions: 'ä'.repeat(51) }, 400, 'instructions'],
    ['MAX_TOOLS', { ...base, tools: ['a', 'b', 'c'].map(tool) }, 400, 'tools'],
    ['MAX_JSON_DEPTH', { ...base, tools: [{ ...tool('a'), parameters: deep(20) }] }, 400, null],
  ])('%s', async (_name, body, status, param) => {
    const before = service.backend.calls.length;
    const reply = await service.post(body);
    expect(reply.status).toBe(status);
    const error = await readError(reply);
    expect(error.param).toBe(param);
    expect(error.message).toMatch(/\d+|MAX_/);
    expect(service.backend.calls).toHaveLength(before);
  });

  it('just below every limit is served', async () => {
    const body = {
      model: 'demo',
      input: [message, message, { role: 'user', content: 'ä'.repeat(4_900) }],
      instructions: 'ä'.repeat(50),
      tools: ['aaa', 'bbb'].map(tool),
    };
    expect((await readResource(await service.post(body))).status).toBe('completed');
  });

  it('a small body that unpacks to a large one', async () => {
    const reply = await fetch(`${service.baseURL}/responses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        authorization: `Bearer ${TEST_KEY}`,
      },
      body: new Uint8Array(
        gzipSync(JSON.stringify({ model: 'demo', input: 'x', user: 'x'.repeat(1_000_000) })),
      ),
    });
    expect(reply.status).toBe(413);
    await readError(reply);
  });
});

describe('of the answer', () => {
  const longLine = () => streamOf(chunks.text('a'), chunks.text('x'.repeat(9_000)));
  const longAnswer = () =>
    streamOf(
      ...Array.from({ length: 5 }, () => chunks.text('x'.repeat(500))),
      chunks.finish('stop'),
    );

  it.each([
    ['MAX_STREAM_LINE_BYTES', longLine, '4096'],
    ['MAX_OUTPUT_BYTES', longAnswer, '2048'],
  ])('%s fails the response, and the backend is let go', async (_name, script, limit) => {
    service.backend.enqueue(script(), script());
    const arrived = service.backend.nextCall();
    const streamed = await service.post({ model: 'demo', input: 'x', stream: true });
    const text = await failureText(streamed);
    expect(text).toContain(limit);
    await (
      await arrived
    ).closed;

    const whole = await service.post({ model: 'demo', input: 'x' });
    expect(whole.status).toBe(502);
    expect((await readError(whole)).message).toContain(limit);
  });

  /** Reads the failure, which may come before the first event when everything is in one read. */
  async function failureText(reply: Response): Promise<string> {
    if (reply.status !== 200) return (await readError(reply)).message;
    const { status, error } = finalResponse(await readEvents(reply));
    expect(status).toBe('failed');
    return error?.message ?? '';
  }

  it('a line without an end does not grow for ever', async () => {
    function* forEver() {
      yield { write: 'data: {"choices":[{"delta":{"content":"' };
      for (;;) yield { write: 'x'.repeat(1000) };
    }
    service.backend.enqueue({ steps: forEver() });
    const arrived = service.backend.nextCall();
    const reply = await service.post({ model: 'demo', input: 'x', stream: true });
    expect(await failureText(reply)).toContain('4096');
    await (
      await arrived
    ).closed;
  });
});

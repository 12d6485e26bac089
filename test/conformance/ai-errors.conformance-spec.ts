import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai';
import { APICallError, generateText, streamText } from 'ai';
import { checkedFetch } from '../support/checked-response.js';
import { ChatChunks, jsonReply } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs the AI SDK, to see what its users catch, and what happens when they stop reading. */
// A busy machine may stall this process for longer than the limit; a proxy that is too slow fails each time.
jest.retryTimes(3);

let service: Service;
let openai: OpenAIProvider;
const checked = checkedFetch();
const chunks = new ChatChunks('demo');

beforeAll(async () => {
  service = await startService();
  openai = createOpenAI({ baseURL: service.baseURL, apiKey: TEST_KEY, fetch: checked.fetch });
});
afterEach(() => checked.settled());
afterAll(() => service.close());

it('is an APICallError with status, code and Retry-After', async () => {
  const headers = { 'retry-after': '3' };
  service.backend.enqueue(jsonReply(429, { error: { message: 'Slow down' } }, headers));
  const call = generateText({ model: openai.responses('demo'), prompt: 'x', maxRetries: 0 });
  const error: unknown = await call.then(undefined, (reason: unknown) => reason);
  expect(APICallError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({
    statusCode: 429,
    isRetryable: true,
    data: { error: { code: 'rate_limit_exceeded' } },
    responseHeaders: headers,
  });
});

it('is an error part when the stream breaks', async () => {
  service.backend.enqueue({
    steps: [{ data: chunks.text('half') }, { waitMs: 20 }, { cut: true }],
  });
  const errors: unknown[] = [];
  const result = streamText({
    model: openai.responses('demo'),
    prompt: 'x',
    onError: ({ error }) => void errors.push(error),
  });
  const parts: string[] = [];
  for await (const part of result.stream) parts.push(part.type);
  expect(parts).toContain('text-delta');
  expect(parts).toContain('error');
  expect(JSON.stringify(errors)).toContain('backend_stream_error');
});

it('an abort reaches the backend within 100 ms', async () => {
  service.backend.enqueue({ steps: [{ data: chunks.text('first') }, { stall: true }] });
  const arrived = service.backend.nextCall();
  const abort = new AbortController();
  const result = streamText({
    model: openai.responses('demo'),
    prompt: 'x',
    abortSignal: abort.signal,
  });
  for await (const part of result.stream) {
    if (part.type !== 'text-delta') continue;
    abort.abort();
  }
  const call = await arrived;
  await call.closed;
  expect(call.abortedAt).toBeDefined();
});

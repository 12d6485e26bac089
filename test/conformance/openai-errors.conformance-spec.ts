import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import OpenAI, {
  APIConnectionError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { checkedFetch } from '../support/checked-response.js';
import { freePort } from '../support/free-port.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs the `openai` package, to see what its users catch, and what happens when they stop reading. */
let service: Service;
let client: OpenAI;
const checked = checkedFetch();
const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi' };

beforeAll(async () => {
  service = await startService({ BACKEND_TIMEOUT_SECS: '2' });
  client = clientOf(service);
});
afterEach(async () => {
  service.backend.forgetScripts();
  await checked.settled();
});
afterAll(() => service.close());

function clientOf({ baseURL }: Service): OpenAI {
  return new OpenAI({ baseURL, apiKey: TEST_KEY, fetch: checked.fetch, maxRetries: 0 });
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const refusal = (status: number, code: string | null, headers = {}) =>
  jsonReply(status, { error: { message: 'No.', type: 'x', code, param: null } }, headers);

describe.each([
  ['create', () => client.responses.create(request)],
  ['create as a stream', () => client.responses.create({ ...request, stream: true })],
  ['stream()', () => client.responses.stream(request).finalResponse()],
])('errors of %s', (_name, call) => {
  it.each([
    [401, AuthenticationError, 'invalid_api_key'],
    [403, PermissionDeniedError, 'permission_denied'],
    [404, NotFoundError, 'not_found'],
    [409, ConflictError, 'conflict'],
    [422, UnprocessableEntityError, 'invalid_request'],
    [500, InternalServerError, 'backend_error'],
  ])('%i', async (status, type, code) => {
    service.backend.enqueue(refusal(status, null));
    const error = await caught(call());
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ status, code, requestID: expect.any(String) });
  });

  it('429 with Retry-After', async () => {
    service.backend.enqueue(refusal(429, null, { 'retry-after': '7' }));
    const error = await caught(call());
    expect(error).toBeInstanceOf(RateLimitError);
    const { headers, code } = error as RateLimitError;
    expect(headers.get('retry-after')).toBe('7');
    expect(code).toBe('rate_limit_exceeded');
  });

  it('504 when the backend says nothing', async () => {
    service.backend.enqueue({ delayMs: 10_000, steps: [] });
    const error = await caught(call());
    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({ status: 504, code: 'backend_timeout' });
  });
});

describe('a failure in the middle of the answer', () => {
  const broken = () => ({
    steps: [{ data: chunks.text('half') }, { waitMs: 20 }, { cut: true } as const],
  });
  const failed = {
    status: 'failed',
    error: { code: 'backend_stream_error', message: expect.any(String) as unknown },
  };

  it('is an HTTP error for create', async () => {
    service.backend.enqueue(broken());
    const error = await caught(client.responses.create(request));
    expect(error).toBeInstanceOf(InternalServerError);
    expect(error).toMatchObject({ status: 502, code: 'backend_stream_error' });
  });

  it('is response.failed for a plain stream', async () => {
    service.backend.enqueue(broken());
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of await client.responses.create({ ...request, stream: true })) {
      events.push(event);
    }
    expect(events.some((event) => event.type === 'response.output_text.delta')).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: failed });
  });

  it('is a failed response for stream()', async () => {
    service.backend.enqueue(broken());
    const response = await client.responses.stream(request).finalResponse();
    expect(response).toMatchObject(failed);
  });
});

describe('errors of the request', () => {
  it.each([
    [{ model: 'demo', input: 'x', temperature: 'hot' }, 'temperature', 'invalid_type'],
    [{ input: 'x' }, 'model', 'missing_required_parameter'],
    [
      { model: 'demo', input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      'input[0].content[0].image_url',
      'missing_required_parameter',
    ],
    [
      { model: 'demo', input: 'x', previous_response_id: 'resp_gone' },
      'previous_response_id',
      'previous_response_not_found',
    ],
  ])('%j', async (body, param, code) => {
    const error = await caught(client.responses.create(body as typeof request));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ param, code, type: 'invalid_request_error' });
  });

  it('502 when nobody listens, and the SDK tries again by itself', async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/chat/completions`;
    const broken = await startService({ BACKEND_URL: url });
    const error = await caught(clientOf(broken).responses.create(request));
    expect(error).toMatchObject({ status: 502, code: 'backend_unavailable' });
    await broken.close();

    service.backend.enqueue(refusal(503, null, { 'retry-after': '0.01' }));
    const retried = await client.responses.create(request, { maxRetries: 1 });
    expect(retried.status).toBe('completed');
  });
});

describe('a client that stops', () => {
  // A busy machine may stall this process for longer than the limit; a proxy that is too slow fails each time.
  jest.retryTimes(3);

  const endless = () => ({ steps: [{ data: chunks.text('first') }, { stall: true } as const] });

  it('breaks out of the loop', async () => {
    service.backend.enqueue(endless());
    const arrived = service.backend.nextCall();
    const stream = await client.responses.create({ ...request, stream: true });
    for await (const event of stream) if (event.type === 'response.output_text.delta') break;
    const call = await arrived;
    await call.closed;
    expect(call.abortedAt).toBeDefined();
  });

  it.each([
    ['create', () => client.responses.create(request, { signal: abort.signal })],
    ['stream', () => client.responses.stream(request, { signal: abort.signal }).finalResponse()],
  ])('aborts %s', async (_name, start) => {
    abort = new AbortController();
    service.backend.enqueue(endless());
    const arrived = service.backend.nextCall();
    const result = caught(start());
    const call = await arrived;
    abort.abort();
    const error = await result;
    expect(error instanceof APIUserAbortError || error instanceof APIConnectionError).toBe(true);
    await call.closed;
    expect(call.abortedAt).toBeDefined();
  });
  let abort = new AbortController();
});

it('serves many streams side by side, none mixed with another', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const input = `number ${index}.`;
      const final = await client.responses.stream({ model: 'demo', input }).finalResponse();
      return [final.output_text.endsWith(`You said: ${input}`), final.id] as const;
    }),
  );
  expect(answers.every(([right]) => right)).toBe(true);
  expect(new Set(answers.map(([, id]) => id)).size).toBe(50);
});

it('waits for the usage that comes after the finish reason', async () => {
  const usage = {
    prompt_tokens: 9,
    completion_tokens: 4,
    total_tokens: 13,
    prompt_tokens_details: { cached_tokens: 8 },
    completion_tokens_details: { reasoning_tokens: 1 },
  };
  service.backend.enqueue(streamOf(chunks.text('x'), chunks.finish('stop'), chunks.usage(usage)));
  const response = await client.responses.create(request);
  expect(response.usage).toEqual({
    input_tokens: 9,
    input_tokens_details: { cached_tokens: 8, cache_write_tokens: 0 },
    output_tokens: 4,
    output_tokens_details: { reasoning_tokens: 1 },
    total_tokens: 13,
  });
});

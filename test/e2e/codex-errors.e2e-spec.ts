import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { finalResponse, readError, readEvents } from '../support/checked-response.js';
import { ChatChunks, jsonReply, type Script } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

/** Plays the rows of docs/codex.md, "Errors and retries": what makes Codex wait, try again or stop. */

const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi', stream: true };
const overflow = "This model's maximum context length is 8192 tokens. You requested 9000 tokens.";

let service: Service;
beforeAll(async () => {
  service = await startService({ BACKEND_RETRIES: '0', ENABLE_CIRCUIT_BREAKER: 'false' });
});
afterAll(() => service.close());

describe('before the stream', () => {
  it.each<[string, number, object, Record<string, string>, number, string, string | null]>([
    ['waits', 429, { message: 'Slow.' }, { 'retry-after': '2' }, 429, 'rate_limit_exceeded', '2'],
    ['stops', 429, { code: 'insufficient_quota' }, {}, 429, 'insufficient_quota', null],
    ['stops', 402, { message: 'Pay.' }, {}, 429, 'insufficient_quota', null],
    ['tries', 503, { message: 'Busy.' }, { 'retry-after': '3' }, 503, 'server_is_overloaded', '3'],
    ['tries', 500, { message: 'Oops.' }, {}, 500, 'backend_error', null],
    ['compacts', 400, { message: overflow }, {}, 400, 'context_length_exceeded', null],
    ['stops', 400, { message: 'Bad.' }, {}, 400, 'invalid_request', null],
    ['stops', 404, { message: 'No.', code: 'model_not_found' }, {}, 404, 'model_not_found', null],
    ['tries', 401, { message: 'Key.' }, {}, 401, 'invalid_api_key', null],
  ])('Codex %s: %i %j', async (_does, given, error, headers, status, code, retryAfter) => {
    service.backend.enqueue(jsonReply(given, { error }, headers));
    const reply = await service.post(request);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('retry-after')).toBe(retryAfter);
    expect(await readError(reply)).toMatchObject({ code });
  });
});

describe('in the stream', () => {
  const breaksWith = (error: object): Script => ({
    steps: [{ data: chunks.text('Hel') }, { data: { error } }],
  });

  it.each<[string, object, string, RegExp]>([
    [
      'waits',
      { code: 'rate_limit_exceeded', message: 'Rate limit. Please try again in 2.5s.' },
      'rate_limit_exceeded',
      /try again in 2\.5s/,
    ],
    ['stops', { type: 'insufficient_quota', message: 'No.' }, 'insufficient_quota', /No/],
    ['stops', { code: 503, message: 'Overloaded' }, 'server_is_overloaded', /Overloaded/],
    ['compacts', { code: 400, message: overflow }, 'context_length_exceeded', /8192/],
    ['stops', { code: 400, message: 'Bad tools.' }, 'invalid_prompt', /Bad tools/],
    ['tries', { code: 500, message: 'Oops.' }, 'backend_error', /Oops/],
  ])('Codex %s: %j', async (_does, error, code, message) => {
    service.backend.enqueue(breaksWith(error));
    // Reading to the end shows that the stream closes at once: Codex waits for that.
    const response = finalResponse(await readEvents(await service.post(request)));
    expect(response.status).toBe('failed');
    expect(response.error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('Codex tries again: the stream is cut', async () => {
    service.backend.enqueue({
      steps: [{ data: chunks.text('Hel') }, { waitMs: 50 }, { cut: true }],
    });
    const response = finalResponse(await readEvents(await service.post(request)));
    expect(response.error?.code).toBe('backend_stream_error');
  });
});

describe('after the stream was opened by silence', () => {
  let slow: Service;
  beforeAll(async () => {
    slow = await startService({ STREAM_OPEN_AFTER_SECS: '0.05', BACKEND_RETRIES: '0' });
  });
  afterEach(() => slow.close());

  it('a refusal that would come again stops Codex', async () => {
    slow.backend.enqueue({
      ...jsonReply(422, { error: { message: 'Unprocessable.' } }),
      delayMs: 300,
    });
    const response = finalResponse(await readEvents(await slow.post(request)));
    expect(response.error).toEqual({ code: 'invalid_prompt', message: 'Unprocessable.' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatChunks, jsonReply, streamOf, type Script } from '../support/scripted-backend.js';
import type { LogLine } from '../support/start-app.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Expects one `request_completed` line per request that says what it came to; never a key, whatever the level. */
let service: Service;
const chunks = new ChatChunks('demo');
const usage = {
  prompt_tokens: 9,
  completion_tokens: 4,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 8 },
  completion_tokens_details: { reasoning_tokens: 1 },
};
const answer = () => streamOf(chunks.text('x'), chunks.finish('stop'), chunks.usage(usage));
const broken = (): Script => ({
  steps: [{ data: chunks.text('half') }, { waitMs: 20 }, { cut: true }],
});

beforeAll(async () => {
  service = await startService({ LOG_LEVEL: 'trace' });
});
afterAll(() => service.close());

const completed = (id: string) => (line: LogLine) =>
  line.msg === 'request_completed' && line.requestId === id;

/** Sends one request under an id of its own and waits for its line. */
async function lineOf(id: string, body: object, script?: Script): Promise<LogLine> {
  if (script !== undefined) service.backend.enqueue(script);
  const reply = await service.post(body, { headers: { 'x-request-id': id } });
  await reply.text();
  expect(reply.headers.get('x-request-id')).toBe(id);
  return service.proxy.nextLog(completed(id));
}

const isNumber = expect.any(Number) as unknown;

describe('request_completed', () => {
  it.each([true, false])('of a success, stream: %s', async (stream) => {
    const line = await lineOf(`ok-${stream}`, { model: 'demo', input: 'x', stream }, answer());
    expect(line).toMatchObject({
      level: 'INFO',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      msg: 'request_completed',
      requestId: `ok-${stream}`,
      method: 'POST',
      path: '/v1/responses',
      status: 200,
      model: 'demo',
      stream,
      responseId: expect.stringMatching(/^resp_/),
      responseStatus: 'completed',
      backendStatus: 200,
      ...(stream ? { firstEventMs: isNumber } : {}),
      durationMs: isNumber,
      inputTokens: 9,
      cachedTokens: 8,
      outputTokens: 4,
      reasoningTokens: 1,
      outputItems: 1,
      clientAborted: false,
    });
    expect(Number(line.durationMs)).toBeGreaterThanOrEqual(Number(line.firstEventMs ?? 0));
  });

  it.each<[string, object, Script | undefined, object]>([
    [
      'a bad body',
      { model: 'demo' },
      undefined,
      { status: 400, errorCode: 'missing_required_parameter' },
    ],
    [
      'a refusal',
      { model: 'demo', input: 'x', stream: true },
      jsonReply(429, {}),
      { status: 429, backendStatus: 429, errorCode: 'rate_limit_exceeded', level: 'INFO' },
    ],
    [
      "a backend's failure",
      { model: 'demo', input: 'x' },
      jsonReply(500, {}),
      { status: 500, backendStatus: 500, errorCode: 'backend_error', level: 'ERROR' },
    ],
    [
      'a stream that broke',
      { model: 'demo', input: 'x', stream: true },
      broken(),
      {
        status: 200,
        backendStatus: 200,
        responseStatus: 'failed',
        errorCode: 'backend_stream_error',
        level: 'ERROR',
      },
    ],
    [
      'an answer that broke',
      { model: 'demo', input: 'x' },
      broken(),
      { status: 502, responseStatus: 'failed', errorCode: 'backend_stream_error', level: 'ERROR' },
    ],
    [
      'a cut answer',
      { model: 'demo', input: 'x' },
      streamOf(chunks.text('x'), chunks.finish('length')),
      { status: 200, responseStatus: 'incomplete', level: 'INFO' },
    ],
    [
      'a lossy request',
      { model: 'demo', input: 'x', tools: [{ type: 'crystal_ball' }] },
      answer(),
      { status: 200, warnings: { tool_dropped: 1 } },
    ],
  ])('of %s', async (name, body, script, expected) => {
    const line = await lineOf(name.replace(/\W+/g, '-'), body, script);
    expect(line).toMatchObject({ clientAborted: false, durationMs: isNumber, ...expected });
  });

  it('of a client that left', async () => {
    service.backend.enqueue({ steps: [{ data: chunks.text('x') }, { stall: true }] });
    const arrived = service.backend.nextCall();
    const abort = new AbortController();
    const headers = { 'x-request-id': 'left' };
    const body = { model: 'demo', input: 'x', stream: true };
    await service.post(body, { headers, signal: abort.signal });
    abort.abort();
    await (
      await arrived
    ).closed;
    expect(await service.proxy.nextLog(completed('left'))).toMatchObject({
      status: 200,
      clientAborted: true,
      backendStatus: 200,
    });
  });

  it('comes once for each', () => {
    const ids = service.proxy
      .logs()
      .filter((line) => line.msg === 'request_completed')
      .map((line) => line.requestId);
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('no key is in any line, wherever it came from', async () => {
  const request = { model: 'demo', input: `my key is ${TEST_KEY}`, user: TEST_KEY };
  await lineOf('quoting', request, jsonReply(500, { error: { message: `bad ${TEST_KEY}` } }));
  await lineOf('echoing', request);
  await service.post(request, { headers: { 'x-api-key': 'plain-secret-0123456789' } });
  await service.post(`{"api_key":"${TEST_KEY}"`);
  const text = JSON.stringify(service.proxy.logs());
  expect(text).toContain('"requestId":"quoting"');
  expect(text).not.toContain(TEST_KEY);
  expect(text).not.toContain('plain-secret-0123456789');
});

it('at info no line holds what was said', async () => {
  const quiet = await startService({ LOG_LEVEL: 'info' });
  const headers = { 'x-request-id': 'quiet' };
  await (await quiet.post({ model: 'demo', input: 'a private matter' }, { headers })).text();
  await quiet.proxy.nextLog(completed('quiet'));
  expect(JSON.stringify(quiet.proxy.logs())).not.toContain('a private matter');
  await quiet.close();
});

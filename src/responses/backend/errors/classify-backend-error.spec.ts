import { describe, expect, it } from '@jest/globals';
import { classifyBackendError } from './classify-backend-error.js';

const nowMs = Date.parse('2025-01-01T00:00:00Z');
const classify = (status: number | undefined, body: unknown, headers = {}) =>
  classifyBackendError({ status, body, headers, nowMs });
const error = (message: string, more = {}) => ({ error: { message, ...more } });

describe('shapes', () => {
  const rows: [name: string, body: unknown, message: string, param: string | null][] = [
    ['OpenAI', error('m', { type: 't', param: 'p', code: 'c' }), 'm', 'p'],
    ['vLLM, old', { object: 'error', message: 'm', type: 'BadRequestError', code: 400 }, 'm', null],
    ['LM Studio', { error: { message: 'm' }, message: 'other' }, 'm', null],
    ['Ollama, native', { error: 'm' }, 'm', null],
    ['Mistral', { object: 'error', message: 'm', type: 'invalid', code: '3230' }, 'm', null],
    ['Mistral, 422', { detail: [{ loc: ['body', 'n'], msg: 'm', type: 'x' }] }, 'm', 'n'],
    ['FastAPI', { detail: 'm' }, 'm', null],
    ['Gemini', { error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }, 'm', null],
    ['Gemini, array', [{ error: { code: 400, message: 'm' } }], 'm', null],
    ['errors list', { errors: [{ message: 'm' }] }, 'm', null],
    ['message only', { message: 'm' }, 'm', null],
    ['msg only', { code: 1001, msg: 'm' }, 'm', null],
    ['text', ' m ', 'm', null],
    ['HTML', '<html><title>Bad Gateway</title></html>', 'an HTML page, "Bad Gateway"', null],
    ['HTML without title', '<html></html>', 'an HTML page', null],
    ['nothing', '', 'The backend answered with status 400.', null],
    ['null', null, 'The backend answered with status 400.', null],
    [
      'OpenRouter',
      error('Provider returned error', { metadata: { raw: '{"error":{"message":"m"}}' } }),
      'Provider returned error: m',
      null,
    ],
    ['OpenRouter, text', error('P', { metadata: { raw: 'm' } }), 'P: m', null],
  ];
  it.each(rows)('%s', (_name, body, message, param) => {
    expect(classify(400, body)).toMatchObject({ message, param, status: 400 });
  });
});

it.each([
  [{ type: 'error', message: 'm' }, 'backend_error'],
  [{ type: 'error', message: 'm', code: null, param: null, sequence_number: 3 }, 'backend_error'],
  [{ type: 'error', message: 'm', code: 'server_error' }, 'server_error'],
  [{ type: 'error', message: 'm', code: 'rate_limit_exceeded' }, 'rate_limit_exceeded'],
])('an error event %j of a Responses backend has the code %s', (event, code) => {
  expect(classify(undefined, event)).toMatchObject({ message: 'm', code });
});

describe('statuses', () => {
  const rows: [status: number, result: number, type: string, code: string][] = [
    [400, 400, 'invalid_request_error', 'invalid_request'],
    [401, 401, 'authentication_error', 'invalid_api_key'],
    [402, 429, 'insufficient_quota', 'insufficient_quota'],
    [403, 403, 'permission_error', 'permission_denied'],
    [404, 404, 'invalid_request_error', 'not_found'],
    [405, 502, 'server_error', 'backend_error'],
    [408, 408, 'server_error', 'backend_timeout'],
    [409, 409, 'invalid_request_error', 'conflict'],
    [413, 413, 'invalid_request_error', 'request_too_large'],
    [418, 502, 'server_error', 'backend_error'],
    [422, 422, 'invalid_request_error', 'invalid_request'],
    [429, 429, 'requests', 'rate_limit_exceeded'],
    [500, 500, 'server_error', 'backend_error'],
    [502, 502, 'server_error', 'backend_error'],
    [503, 503, 'server_error', 'server_is_overloaded'],
    [504, 504, 'server_error', 'backend_timeout'],
    [529, 529, 'server_error', 'server_is_overloaded'],
  ];
  it.each(rows)('%d -> %d %s %s', (status, result, type, code) => {
    expect(classify(status, error('m'))).toMatchObject({ status: result, type, code });
  });

  it('takes the status of an error inside a 200 from its body', () => {
    expect(classify(undefined, error('m', { code: 401 })).status).toBe(401);
    expect(classify(undefined, error('m', { code: '404' })).status).toBe(404);
    expect(classify(undefined, error('m', { type: 'invalid_request_error' })).status).toBe(400);
    expect(classify(undefined, error('m')).status).toBe(502);
    expect(classify(undefined, error('Incorrect API key provided')).status).toBe(401);
  });

  it("keeps the backend's own code where a client could match it", () => {
    expect(classify(400, error('m', { code: 'tool_use_failed' })).code).toBe('tool_use_failed');
    expect(classify(400, error('m', { code: 3230 })).code).toBe('invalid_request');
    expect(classify(403, error('m', { code: 'region_blocked' })).code).toBe('region_blocked');
    expect(classify(500, error('m', { type: 'BadThing' })).code).toBe('backend_error');
  });
});

describe('context overflow', () => {
  it.each([
    'Your input exceeds the context window of this model.',
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
    'You requested 4096 output tokens and your prompt contains at least 5000 input tokens',
    'The decoder prompt (length 9000) is longer than the maximum model length of 8192.',
    "You passed 8193 input tokens and requested 0; the model's context length is only 8192",
    'Input length (9000 tokens) exceeds the maximum allowed length (8192 tokens).',
    "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    'the request exceeds the available context size. try increasing the context size',
    'The number of tokens to keep from the initial prompt is greater than the context length',
    'prompt too long; exceeded max context length by 100 tokens',
    'Please reduce the length of the messages or completion.',
    'Prompt contains 9000 tokens, too large for model with 8192 maximum context length',
    'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).',
    "This model's maximum prompt length is 131072 but the request contains 150000 tokens.",
    'invalid params, context window exceeds limit (2013)',
    'Invalid request: Your request exceeded model token limit: 131072',
    'prompt length 9000 exceeds max_seq_len 8192',
  ])('%s', (message) => {
    const expected = {
      status: 400,
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
    };
    expect(classify(400, error(message))).toMatchObject(expected);
    expect(classify(500, message)).toMatchObject(expected);
    expect(classify(undefined, error(message))).toMatchObject(expected);
  });

  it.each([
    [400, 'too many tokens, please wait before trying again'],
    [413, 'Request too large for model on tokens per minute (TPM): Limit 6000, Requested 9000'],
    [429, "This model's maximum context length is 8192 tokens"],
    [undefined, 'Rate limit: the context window exceeds limit of your tier'],
  ])('%s %s is a rate limit', (status, message) => {
    expect(classify(status, error(message))).toMatchObject({
      status: 429,
      code: 'rate_limit_exceeded',
    });
  });
});

describe('other wordings', () => {
  const rows: [number | undefined, string, number, string][] = [
    [429, 'You exceeded your current quota, please check your plan', 429, 'insufficient_quota'],
    [400, 'Insufficient Balance', 429, 'insufficient_quota'],
    [403, 'Not enough credits', 429, 'insufficient_quota'],
    [400, 'Model is overloaded, try later', 503, 'server_is_overloaded'],
    [500, 'The engine is currently overloaded', 500, 'server_is_overloaded'],
    [undefined, 'No instances available (yet) for chute_id', 503, 'server_is_overloaded'],
    [404, 'The model `nope` does not exist.', 404, 'model_not_found'],
    [400, 'nope is not a valid model ID', 404, 'model_not_found'],
    [404, 'model "nope" not found, try pulling it first', 404, 'model_not_found'],
    [400, 'System message must be at the beginning.', 400, 'invalid_request'],
  ];
  it.each(rows)('%s %s -> %d %s', (status, message, result, code) => {
    expect(classify(status, error(message))).toMatchObject({ status: result, code });
  });

  it('names the model as the wrong parameter', () => {
    expect(classify(404, error('The model `x` does not exist')).param).toBe('model');
  });

  it('reads the codes of MiniMax', () => {
    const body = { base_resp: { status_code: 1008, status_msg: 'balance' } };
    expect(classify(undefined, body)).toMatchObject({ status: 429, code: 'insufficient_quota' });
  });

  it('tells limits on tokens from limits on requests', () => {
    expect(classify(429, error('Rate limit reached on tokens per min (TPM)')).type).toBe('tokens');
    expect(classify(429, error('Rate limit reached on requests per min (RPM)')).type).toBe(
      'requests',
    );
  });
});

describe('waiting', () => {
  const rows: [headers: Record<string, string>, message: string, seconds: number | undefined][] = [
    [{ 'retry-after': '7' }, 'm', 7],
    [{ 'retry-after': '1.5' }, 'm', 2],
    [{ 'retry-after': 'Wed, 01 Jan 2025 00:00:30 GMT' }, 'm', 30],
    [{ 'retry-after': 'Tue, 31 Dec 2024 00:00:00 GMT' }, 'm', 0],
    [{ 'retry-after': 'soon' }, 'm', undefined],
    [{ 'retry-after-ms': '2500', 'retry-after': '9' }, 'm', 3],
    [{}, 'Please try again in 11.054s.', 12],
    [{}, 'Please try again in 250ms.', 1],
    [{}, 'Please try again in 1m2.5s.', 63],
    [{}, 'm', undefined],
    [{ 'retry-after': '99999999' }, 'm', 86400],
  ];
  it.each(rows)('%j %s -> %s', (headers, message, seconds) => {
    expect(classify(429, error(message), headers).retryAfterSeconds).toBe(seconds);
  });

  it('writes the delay where Codex reads it', () => {
    const text = (message: string) => classify(429, error(message), { 'retry-after': '7' }).message;
    expect(text('Slow down')).toBe('Slow down. Please try again in 7s.');
    expect(text('Slow down.')).toBe('Slow down. Please try again in 7s.');
    expect(text('Please try again in 3s')).toBe('Please try again in 3s');
  });
});

describe('what may not travel', () => {
  it.each([
    'Incorrect API key provided: sk-abcdef1234567890.',
    'Invalid token: Bearer abcdefghijkl',
    'key cpk_0123456789abcdef0123456789 is unknown',
    'api_key=abcdef0123456789 is wrong',
    'key AIzaSyA1234567890abcdefg is wrong',
  ])('%s', (message) => {
    const scrubbed = classify(401, error(message)).message;
    expect(scrubbed).toContain('***');
    expect(scrubbed).not.toMatch(/abcdef|1234567/);
  });

  it("the client's own key, whatever it looks like", () => {
    const body = error('The key weird/key+42 is wrong');
    const failure = { status: 401, body, apiKey: 'weird/key+42', nowMs };
    expect(classifyBackendError(failure).message).toBe('The key *** is wrong');
  });

  it('bounds the message', () => {
    const { message } = classify(400, error('x'.repeat(100_000)));
    expect(message.length).toBeLessThan(4100);
    expect(message).toMatch(/truncated/);
  });
});

describe('wordings of 2026', () => {
  const codeOf = (status: number, body: unknown): string | null =>
    classifyBackendError({ status, body, nowMs: 0 }).code;

  it.each([
    [400, 'Range of input length should be [1, 30720]'], // DashScope
    [400, 'Prompt exceeds max length'], // Z.ai
    [400, 'Input is too long for requested model.'], // Bedrock
    [400, 'input length and `max_tokens` exceed context limit: 9 + 2 > 10'], // Anthropic
    [500, 'Context size has been exceeded.'], // LM Studio
    [400, 'length of prompt_tokens (9000) must be less than max_seq_len (8192).'], // SiliconFlow
    [422, 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.'], // TGI
    [413, 'The estimated number of tokens (9) exceeded this model context window limit (8).'], // Cloudflare
    [400, 'The sum of prompt length (9.0) should not exceed max_num_tokens (8)'], // TensorRT-LLM
    [400, 'The engine prompt length 9 exceeds the max_model_len 8.'], // vLLM
    [400, 'Input length 9 exceeds the maximum allowed input length of 8 tokens'], // Volcengine
  ])('%i %s is an overflow', (status, message) => {
    expect(codeOf(status, { error: { message } })).toBe('context_length_exceeded');
  });

  it.each([
    [429, 'You exceeded your current token quota: 0, please check your account balance'], // Moonshot
    [429, 'Insufficient balance or no resource package. Please recharge.'], // Z.ai
    [429, 'Usage limit reached for 5 hour.'], // Z.ai
    [403, 'Sorry, your account balance is insufficient'], // SiliconFlow
    [403, 'Your team has either used all available credits or reached its monthly spending limit.'], // xAI
  ])('%i %s is an empty account', (status, message) => {
    expect(codeOf(status, { error: { message } })).toBe('insufficient_quota');
  });

  it('a limit per minute is no empty account, whatever it calls itself', () => {
    const message = 'You exceeded your current quota. Please retry in 22.5s.';
    expect(codeOf(429, { error: { message } })).toBe('rate_limit_exceeded');
  });

  it.each([600, 999])('status %i is a broken backend', (status) => {
    expect(classifyBackendError({ status, body: 'x', nowMs: 0 }).status).toBe(502);
  });

  it('a key as a code, or cut through by the end of a long message, does not reach the client', () => {
    const apiKey = 'operator_key_0123456789';
    const error = { message: apiKey.repeat(400), code: apiKey, type: apiKey };
    for (const status of [400, 403, 500]) {
      const told = classifyBackendError({ status, body: { error }, apiKey, nowMs: 0 }).toBody();
      expect(JSON.stringify(told)).not.toContain('oper');
    }
  });

  it('a key in the path of a field does not reach the client', () => {
    const detail = [{ loc: ['body', 'headers', 'operator-key-123'], msg: 'bad' }];
    const error = classifyBackendError({
      status: 422,
      body: { detail },
      apiKey: 'operator-key-123',
      nowMs: 0,
    });
    expect(JSON.stringify(error.toBody())).not.toContain('operator-key-123');
  });
});

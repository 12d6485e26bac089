import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readError } from '../support/checked-response.js';
import { itOverOneHop } from '../support/over-hops.js';
import { jsonReply } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Shows the errors before the first event: the backend's status, and what is wrong with the request. */
let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

describe.each([false, true])("the backend's refusals, stream: %s", (stream) => {
  const request = { model: 'demo', input: 'Hi', stream };

  it.each([
    [400, 400, 'invalid_request_error', 'invalid_request'],
    [401, 401, 'authentication_error', 'invalid_api_key'],
    [402, 429, 'insufficient_quota', 'insufficient_quota'],
    [403, 403, 'permission_error', 'permission_denied'],
    [404, 404, 'invalid_request_error', 'not_found'],
    [408, 408, 'server_error', 'backend_timeout'],
    [409, 409, 'invalid_request_error', 'conflict'],
    [413, 413, 'invalid_request_error', 'request_too_large'],
    [422, 422, 'invalid_request_error', 'invalid_request'],
    [429, 429, 'requests', 'rate_limit_exceeded'],
    [500, 500, 'server_error', 'backend_error'],
    [502, 502, 'server_error', 'backend_error'],
    [503, 503, 'server_error', 'server_is_overloaded'],
    [504, 504, 'server_error', 'backend_timeout'],
    [529, 529, 'server_error', 'server_is_overloaded'],
  ])('%i is %i, %s, %s', async (given, status, type, code) => {
    service.backend.enqueue(jsonReply(given, { error: { message: 'No.', code: given } }));
    const reply = await service.post(request);
    expect(reply.status).toBe(status);
    expect(await readError(reply)).toMatchObject({ message: 'No.', type, code });
  });

  it.each([429, 503])('%i keeps Retry-After', async (status) => {
    service.backend.enqueue(jsonReply(status, {}, { 'retry-after': '12' }));
    const reply = await service.post(request);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('retry-after')).toBe('12');
    await readError(reply);
  });

  it('reads an HTML error page', async () => {
    const page = { write: '<html><h1>502 Bad Gateway</h1><hr>nginx</html>' };
    const headers = { 'content-type': 'text/html' };
    service.backend.enqueue({ status: 502, headers, steps: [page] });
    const reply = await service.post(request);
    expect(reply.status).toBe(502);
    expect((await readError(reply)).message).not.toContain('<');
  });

  it('takes an error inside of a 200 by its kind', async () => {
    service.backend.enqueue({
      steps: [{ data: { error: { message: 'Rate limit reached', type: 'rate_limit_error' } } }],
    });
    const reply = await service.post(request);
    expect(reply.status).toBe(429);
    expect(await readError(reply)).toMatchObject({ code: 'rate_limit_exceeded' });
  });

  it('follows no redirect with the key', async () => {
    const headers = { location: 'http://127.0.0.1:9/steal' };
    service.backend.enqueue({ status: 307, headers, steps: [] });
    const reply = await service.post(request);
    expect(reply.status).toBe(502);
    await readError(reply);
  });

  it('does not quote the key that the backend quotes', async () => {
    const message = `Incorrect API key provided: ${TEST_KEY}.`;
    service.backend.enqueue(jsonReply(401, { error: { message } }));
    const { message: shown } = await readError(await service.post(request));
    expect(shown).toContain('Incorrect API key');
    expect(shown).not.toContain(TEST_KEY);
  });
});

describe('bad bodies', () => {
  const user = (content: unknown) => [{ role: 'user', content }];
  it.each<[string, unknown, string | null]>([
    ['no JSON', '{"model":', null],
    ['no object', [1], null],
    ['no model', { input: 'x' }, 'model'],
    ['a model that is no text', { model: 3, input: 'x' }, 'model'],
    ['no input', { model: 'demo' }, 'input'],
    ['an input that is a number', { model: 'demo', input: 3 }, 'input'],
    ['an item that is no object', { model: 'demo', input: [3] }, 'input[0]'],
    ['an unknown role', { model: 'demo', input: [{ role: 'king', content: '' }] }, 'input[0].role'],
    ['stream', { model: 'demo', input: 'x', stream: 'yes' }, 'stream'],
    ['temperature', { model: 'demo', input: 'x', temperature: 9 }, 'temperature'],
    ['metadata', { model: 'demo', input: 'x', metadata: { a: 1 } }, 'metadata.a'],
    ['tools', { model: 'demo', input: 'x', tools: [{ type: 'function' }] }, 'tools[0].name'],
    [
      'tool_choice',
      { model: 'demo', input: 'x', tool_choice: { type: 'function', name: 'lost' } },
      'tool_choice.name',
    ],
    [
      'an image without an address',
      { model: 'demo', input: user([{ type: 'input_image' }]) },
      'input[0].content[0].image_url',
    ],
    [
      'a text that is none',
      { model: 'demo', input: user([{ type: 'input_text', text: 5 }]) },
      'input[0].content[0].text',
    ],
    [
      'a second item',
      {
        model: 'demo',
        input: [...user('x'), { type: 'function_call_output', call_id: 'c', output: '' }],
      },
      'input[1].call_id',
    ],
    [
      'a format',
      { model: 'demo', input: 'x', text: { format: { type: 'xml' } } },
      'text.format.type',
    ],
    [
      'background without store',
      { model: 'demo', input: 'x', background: true, store: false },
      'store',
    ],
    ['prompt', { model: 'demo', input: 'x', prompt: { id: 'p' } }, 'prompt'],
  ])('%s', async (_name, body, param) => {
    const before = service.backend.calls.length;
    const reply = await service.post(body);
    expect(reply.status).toBe(400);
    const error = await readError(reply);
    expect(error).toMatchObject({ param, type: 'invalid_request_error' });
    expect(error.code).not.toBeNull();
    expect(service.backend.calls).toHaveLength(before);
  });
});

describe('translation warnings and strictness', () => {
  const lossy = {
    model: 'demo',
    input: 'x',
    service_tier: 'flex',
    tools: [{ type: 'crystal_ball' }],
  };
  const warningsOf = (reply: Response) =>
    JSON.parse(reply.headers.get('x-responses-warnings') ?? '[]') as { code: string }[];

  // Another instance of this service takes a service tier, and drops it for its backend.
  itOverOneHop.each([false, true])('are a header before the body, stream: %s', async (stream) => {
    const reply = await service.post({ ...lossy, stream });
    expect(reply.status).toBe(200);
    const warnings = warningsOf(reply);
    expect(warnings).toContainEqual({
      code: 'field_ignored',
      param: 'service_tier',
      message: expect.any(String),
    });
    expect(warnings).toContainEqual({
      code: 'tool_dropped',
      param: 'tools[0].type',
      message: expect.any(String),
    });
    await reply.text();
  });

  it('leave no header where nothing was lost', async () => {
    const reply = await service.post({ model: 'demo', input: 'x' });
    expect(reply.headers.has('x-responses-warnings')).toBe(false);
    await reply.text();
  });

  it('keep the header small, whatever the request', async () => {
    const input = Array.from({ length: 500 }, (_, index) => ({ type: `ünknown_${index}` }));
    const reply = await service.post({
      model: 'demo',
      input: [{ role: 'user', content: 'x' }, ...input],
    });
    const header = reply.headers.get('x-responses-warnings') ?? '';
    expect(header.length).toBeLessThanOrEqual(4096);
    expect(warningsOf(reply).at(-1)?.code).toBe('warnings_omitted');
    await reply.text();
  });

  it('are a 400 with x-strict: true', async () => {
    const before = service.backend.calls.length;
    const reply = await service.post(lossy, { headers: { 'x-strict': 'true' } });
    expect(reply.status).toBe(400);
    expect((await readError(reply)).param).toBe('tools[0].type');
    expect(service.backend.calls).toHaveLength(before);
  });

  it('are a 400 with STRICT_TRANSLATION=true', async () => {
    const strict = await startService({ STRICT_TRANSLATION: 'true' });
    const refused = await strict.post({ ...lossy, stream: true });
    expect(refused.status).toBe(400);
    await readError(refused);
    expect((await strict.post({ model: 'demo', input: 'x' })).status).toBe(200);
    await strict.close();
  });
});

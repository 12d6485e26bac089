import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { CallersFileFixture } from '../support/callers-file.js';
import { readError } from '../support/checked-response.js';
import { readResponsesFixture } from '../support/responses-fixtures.js';
import { jsonReply, type Script } from '../support/scripted-backend.js';
import { startSeveral, type SeveralBackends } from '../support/several-backends.js';

/** A client and a backend that both speak Responses, with nothing between them but keys, limits and routes. */

const file = new CallersFileFixture();
const key = file.add('team-a', { models: ['gpt-*', 'house', 'chat'] });
const limited = file.add('team-b', { tokensPerMinute: 50 });

const eventsText = (events: readonly Record<string, unknown>[]): string =>
  events
    .map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
const stream = (text: string, splitBytes = 7): Script => ({
  headers: { 'content-type': 'text/event-stream', 'x-ratelimit-remaining': '9' },
  steps: [{ write: text }],
  splitBytes,
});

let several: SeveralBackends;
beforeAll(async () => {
  const passed = { api: 'responses', passthrough: true, retries: 0 };
  several = await startSeveral(
    [
      { model: 'gpt-*', to: ['a', 'b'] },
      { model: 'house', to: [{ backend: 'b', model: 'real-name' }] },
      { model: 'chat', to: ['c'] },
    ],
    { a: passed, b: passed },
    { CALLERS_FILE: file.path },
  );
});
afterEach(() => {
  for (const backend of [several.a, several.b, several.c]) backend.forgetScripts();
});
afterAll(async () => {
  await several.close();
  file.remove();
});

const post = (body: string, bearer = key): Promise<Response> =>
  fetch(`${several.proxy.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body,
  });

describe('a backend with passthrough', () => {
  it('gets the bytes of the client, and the client gets its bytes, with the key of the operator alone', async () => {
    const body =
      '{ "model":"gpt-5",\n "input": "Hi", "stream": true, "new_field": 1.0, "store": true }';
    const answer = eventsText(readResponsesFixture('openai-web-search-with-annotations'));
    several.a.enqueue(stream(answer), stream(answer));
    expect(await (await post(body, limited)).text()).toBe(answer);
    const { rawBody, path, headers } = several.a.lastCall;
    expect([rawBody.toString(), path]).toEqual([body, '/v1/responses']);
    expect(headers.authorization).toBe('Bearer key-of-house-a');
    expect(JSON.stringify(headers)).not.toContain(limited);
    // A caller with models of its own has them written anew, so that no second name hides in the body.
    const reply = await post('{"model":"other","input":"Hi","model":"gpt-5"}');
    expect(await reply.text()).toBe(answer);
    expect(reply.headers.get('x-ratelimit-remaining')).toBe('9');
    expect(several.a.lastCall.rawBody.toString()).toBe('{"model":"gpt-5","input":"Hi"}');
  });

  it('serves the openai client, JSON and stream', async () => {
    const openai = new OpenAI({ baseURL: `${several.proxy.url}/v1`, apiKey: key, maxRetries: 0 });
    const events = readResponsesFixture('openai-refusal');
    const { response } = events.at(-1) as { response: object };
    several.a.enqueue(jsonReply(200, response), stream(eventsText(events)));
    const asked = { model: 'gpt-5', input: 'Hi' };
    const whole = await openai.responses.create(asked);
    expect(whole).toMatchObject({ id: 'resp_1', status: 'completed' });
    const types: string[] = [];
    for await (const { type } of await openai.responses.create({ ...asked, stream: true }))
      types.push(type);
    expect(types).toEqual(events.map(({ type }) => type));
  });

  it('knows the model by the name of its route', async () => {
    several.b.enqueue(jsonReply(200, { object: 'response', model: 'real-name', output: [] }));
    const reply = await post('{"model":"house","input":"Hi"}');
    expect(await reply.json()).toEqual({ object: 'response', model: 'house', output: [] });
    expect(several.b.lastCall.body).toEqual({ model: 'real-name', input: 'Hi' });
  });

  it.each([7, 1_000_000])(
    'does not show its key, however a model spells it (in pieces of %d bytes)',
    async (size) => {
      const place = {
        type: 'response.output_text.delta',
        item_id: 'm',
        output_index: 0,
        content_index: 0,
      };
      const deltas = 'so: key-of-house-a, and key-of'.match(/.{1,3}/g) ?? [];
      const events = [
        ...deltas.map((delta, at) => ({ ...place, sequence_number: at, delta })),
        { type: 'response.completed', response: { output: [{ text: 'so: key-of-house-a' }] } },
      ];
      several.a.enqueue(stream(eventsText(events), size));
      const text = await (await post('{"model":"gpt-5","input":"Hi","stream":true}')).text();
      expect(text).not.toContain('key-of-house-a');
      const told = text.split('\n').flatMap((line) => {
        return line.startsWith('data:') ? [JSON.parse(line.slice(5)) as { delta?: string }] : [];
      });
      expect(told.map(({ delta }) => delta ?? '').join('')).toBe('so: key***, and key-of');
    },
  );

  it('falls back as others do, and its refusals are its own', async () => {
    several.a.enqueue(jsonReply(503, { error: { message: 'Away.' } }));
    several.b.enqueue(jsonReply(200, { object: 'response', id: 'resp_b' }));
    expect(await (await post('{"model":"gpt-5","input":"Hi"}')).json()).toMatchObject({
      id: 'resp_b',
    });
    const refusal = { error: { message: 'Unknown parameter.', param: 'new_field' } };
    several.a.enqueue(jsonReply(400, refusal));
    const reply = await post('{"model":"gpt-5","input":"Hi"}');
    expect([reply.status, await reply.json()]).toEqual([400, refusal]);
    const lines = several.proxy
      .logs()
      .filter(({ msg, path }) => msg === 'request_completed' && path === '/v1/responses');
    expect(lines.at(-2)).toMatchObject({ model: 'gpt-5', backend: 'b', attempts: 2 });
  });

  it('is behind the keys, models and limits of callers, and what it used is in their books', async () => {
    expect((await post('{"model":"gpt-5","input":"Hi"}', 'sk-unknown')).status).toBe(401);
    const missing = await post('{"model":"nowhere","input":"Hi"}');
    expect(missing.status).toBe(404);
    expect(await readError(missing)).toMatchObject({ code: 'model_not_found' });
    const usage = { input_tokens: 40, output_tokens: 30, total_tokens: 70 };
    const done = { type: 'response.completed', response: { status: 'completed', usage } };
    several.a.enqueue(stream(eventsText([done])));
    const asked = '{"model":"gpt-5","input":"Hi","stream":true,"max_output_tokens":1}';
    const before = several.a.calls.length;
    await (await post(asked, limited)).text();
    const refused = await post(asked, limited);
    expect([refused.status, several.a.calls.length]).toEqual([429, before + 1]);
    const headers = { authorization: `Bearer ${limited}` };
    const books = await fetch(`${several.proxy.url}/v1/usage`, { headers });
    // The first test has used 12 and 7.
    expect(JSON.stringify(await books.json())).toMatch(/"input_tokens":52\b.*"output_tokens":37\b/);
  });

  it('leaves other models to the translation', async () => {
    const reply = await post('{"model":"chat","input":"Hi"}');
    expect(await reply.json()).toMatchObject({ object: 'response', model: 'chat' });
    expect(several.c.lastCall.path).toBe('/v1/chat/completions');
    const wrong = await post('{"input":"Hi"}');
    expect(wrong.status).toBe(400);
  });
});

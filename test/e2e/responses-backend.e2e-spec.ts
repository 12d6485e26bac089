import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { checkEvents, finalResponse, readError, readEvents } from '../support/checked-response.js';
import { readResponsesFixture } from '../support/responses-fixtures.js';
import { ChatChunks, jsonReply, streamOf, type Script } from '../support/scripted-backend.js';
import { startSeveral, type SeveralBackends } from '../support/several-backends.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Puts a scripted server of the Responses API behind the service. */
const played = (name: string): Script => streamOf(...readResponsesFixture(name));
/** Such a server names its events, and says no `[DONE]`. */
const named = (name: string): Script => ({
  steps: readResponsesFixture(name).map((event) => ({
    write: `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`,
  })),
});
const failed = (error: object): Script =>
  streamOf(
    { type: 'response.created', response: {} },
    { type: 'response.failed', response: { error } },
  );

const tools = [
  { type: 'function', name: 'get_time', parameters: { type: 'object', properties: {} } },
];

let service: Service;
beforeAll(async () => {
  service = await startService({ BACKEND_API: 'responses', BACKEND_DIALECT: 'openai' });
});
afterAll(() => service.close());

const ask = async (body: object) => {
  const reply = await service.post({ model: 'gpt-5', input: 'Hi', ...body });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
};
const sent = () =>
  service.backend.lastCall.body as { input: { type: string }[]; include?: string[] };

describe('a backend that speaks Responses', () => {
  it('is asked at /responses, with the client’s key, and answers streamed and whole alike', async () => {
    service.backend.enqueue(
      named('openai-reasoning-call-and-text'),
      named('openai-reasoning-call-and-text'),
    );
    const whole = await ask({ tools });
    const { path, headers } = service.backend.lastCall;
    expect([path, headers.authorization]).toEqual(['/v1/responses', `Bearer ${TEST_KEY}`]);
    expect(sent()).toMatchObject({
      model: 'gpt-5',
      store: false,
      stream: true,
      include: ['reasoning.encrypted_content'],
    });
    const events = await readEvents(
      await service.post({ model: 'gpt-5', input: 'Hi', tools, stream: true }),
    );
    const kinds = (output: unknown) =>
      (output as { type: string; phase?: string }[]).map(({ type, phase }) => [type, phase]);
    expect(kinds(finalResponse(events).output)).toEqual(kinds(whole.body.output));
    expect(kinds(whole.body.output)).toEqual([
      ['reasoning', undefined],
      ['message', 'commentary'],
      ['function_call', undefined],
    ]);
    expect(whole.body).toMatchObject({
      status: 'completed',
      usage: { total_tokens: 19 },
      store: true,
    });
    // Nobody asked for the seal.
    expect(JSON.stringify(whole.body)).not.toContain('encrypted_content');
  });

  it('sees again what it sealed, by previous_response_id and by what the client carries', async () => {
    service.backend.enqueue(played('openai-sealed-reasoning-without-summary'));
    const first = await ask({});
    await ask({ input: 'Go on', previous_response_id: first.body.id });
    const sealed = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'gAAAsealed2' };
    expect(sent().input).toContainEqual(sealed);

    service.backend.enqueue(played('openai-sealed-reasoning-without-summary'));
    const include = ['reasoning.encrypted_content'];
    const { body } = await ask({ store: false, include });
    const carried = (body.output as { encrypted_content?: string }[])[0];
    expect(carried?.encrypted_content).not.toContain('gAAAsealed2');
    await ask({
      store: false,
      include,
      input: [...(body.output as object[]), { role: 'user', content: 'Go on' }],
    });
    expect(sent().input).toContainEqual(sealed);
  });

  it('runs its own tools, whose items come through with its ids', async () => {
    service.backend.enqueue(named('openai-web-search-with-annotations'));
    const { body } = await ask({ tools: [{ type: 'web_search' }] });
    expect(sent()).toMatchObject({ tools: [{ type: 'web_search' }] });
    expect(body.output).toMatchObject([
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { query: 'weather' } },
      { content: [{ text: 'Sunny.', annotations: [{ url: 'https://a.example' }] }] },
    ]);
  });

  it('makes custom calls whose input streams', async () => {
    service.backend.enqueue(named('openai-custom-tool-call'));
    const custom = { type: 'custom', name: 'apply_patch' };
    const events = await readEvents(
      await service.post({ model: 'gpt-5', input: 'Hi', tools: [custom], stream: true }),
    );
    expect(finalResponse(events).output).toMatchObject([
      { type: 'custom_tool_call', id: 'ctc_1', input: '*** Begin Patch\n*** End Patch' },
    ]);
    expect(sent()).toMatchObject({ tools: [custom] });
  });

  it.each<[string, Script, number, string]>([
    [
      'a refusal',
      jsonReply(400, { error: { message: 'No.', code: 'bad_thing' } }),
      400,
      'bad_thing',
    ],
    [
      'a limit',
      failed({ code: 'rate_limit_exceeded', message: 'Slow down.' }),
      429,
      'rate_limit_exceeded',
    ],
    ['a failure', failed({ code: 'server_error', message: 'Oops.' }), 502, 'server_error'],
    [
      'a failure without words',
      streamOf({ type: 'response.failed', response: {} }),
      502,
      'server_error',
    ],
    [
      'an error event',
      streamOf({ type: 'error', code: 'server_error', message: 'Oops.' }),
      502,
      'server_error',
    ],
    [
      'an early end',
      { steps: [{ data: { type: 'response.created' } }] },
      502,
      'backend_stream_error',
    ],
    [
      'a line that is damaged',
      { steps: [{ write: 'data: {"type":\n\n' }] },
      502,
      'backend_stream_error',
    ],
  ])('%s is an error with its status', async (_name, script, status, code) => {
    service.backend.enqueue(script);
    const reply = await service.post({ model: 'gpt-5', input: 'Hi' });
    expect(reply.status).toBe(status);
    expect(await readError(reply)).toMatchObject({ code });
  });

  it('that breaks in the middle fails the response once, and its calls never end', async () => {
    const events = readResponsesFixture('openai-custom-tool-call').slice(0, 4);
    const error = { code: 'server_error', message: 'Oops.' };
    service.backend.enqueue(streamOf(...events, { type: 'response.failed', response: { error } }));
    const told = await readEvents(
      await service.post({ model: 'gpt-5', input: 'Hi', stream: true }),
    );
    checkEvents(told);
    expect(finalResponse(told)).toMatchObject({ status: 'failed', output: [] });
  });

  it('that ends without [DONE] and keeps its connection open is not waited for', async () => {
    service.backend.enqueue({ steps: [...named('openai-refusal').steps, { stall: true }] });
    expect((await ask({})).body).toMatchObject({ status: 'completed' });
  });
});

describe('beside chat backends', () => {
  let several: SeveralBackends;
  afterEach(() => several.close());
  const text = (body: unknown) => JSON.stringify(body);

  it('a conversation goes from one to the other and back; nobody gets what the other sealed', async () => {
    several = await startSeveral([{ model: 'm', to: ['a', 'b'] }], {
      a: { api: 'responses', dialect: 'openai' },
    });
    const send = async (body: object) => {
      const reply = await several.post({ model: 'm', ...body });
      return (await reply.json()) as { id: string; output: { type: string }[] };
    };
    several.a.enqueue(played('openai-reasoning-call-and-text'));
    const first = await send({ input: 'Hi', tools });
    expect(first.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);

    several.a.enqueue(jsonReply(503, { error: { message: 'Away.' } }));
    const output = { type: 'function_call_output', call_id: 'call_abc12345', output: '12:00' };
    const second = await send({ input: [output], tools, previous_response_id: first.id });
    expect(several.b.lastCall.body).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'tool', content: '12:00' }],
    });
    expect(text(several.b.lastCall.body)).not.toContain('gAAAsealed1');

    several.a.enqueue(played('openai-refusal'));
    await send({ input: 'And now?', tools, previous_response_id: second.id });
    const { input } = several.a.lastCall.body as { input: { type: string }[] };
    expect(input.map(({ type }) => type)).toEqual([
      'message',
      'reasoning',
      'message',
      'function_call',
      'function_call_output',
      'message',
      'message',
    ]);
    expect(text(input)).toContain('gAAAsealed1');
  });

  it('what one sealed does not go to another one of the same kind', async () => {
    const speaks = { api: 'responses', dialect: 'openai' };
    several = await startSeveral([{ model: 'm', to: ['a', 'b'] }], { a: speaks, b: speaks });
    several.a.enqueue(played('openai-sealed-reasoning-without-summary'), jsonReply(503, {}));
    several.b.enqueue(played('openai-refusal'));
    const first = (await (await several.post({ model: 'm', input: 'Hi' })).json()) as {
      id: string;
    };
    await several.post({ model: 'm', input: 'Go on', previous_response_id: first.id });
    expect(several.b.calls).toHaveLength(1);
    expect(text(several.b.lastCall.body)).not.toContain('gAAA');
  });

  it('a request that goes out as chat gets the thoughts that chat wants, wherever they were thought', async () => {
    const deepseek = { dialect: 'deepseek' };
    several = await startSeveral(
      [
        { model: 'spoken-in-chat', to: ['a'] },
        { model: 'spoken-in-responses', to: ['b'] },
      ],
      { a: deepseek, b: { ...deepseek, api: 'responses' } },
    );
    const chunks = new ChatChunks('m');
    several.a.enqueue(
      streamOf(
        chunks.reasoning('It wants the time.'),
        chunks.callStart(0, { id: 'call_abc12345', name: 'get_time', arguments: '{}' }),
        chunks.finish('tool_calls'),
      ),
    );
    await several.post({ model: 'spoken-in-chat', input: 'Hi', tools });
    const call = { call_id: 'call_abc12345', name: 'get_time', arguments: '{}' };
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'function_call', ...call },
      { type: 'function_call_output', call_id: call.call_id, output: '12:00' },
    ];
    const path = '/v1/chat/completions';
    await several.post({ model: 'spoken-in-responses', input, tools }, { path });
    expect(several.b.lastCall.path).toBe(path);
    expect(text(several.b.lastCall.body)).toContain('It wants the time.');
  });

  it('a chat client of a backend that speaks Responses gets its chat endpoint', async () => {
    several = await startSeveral([{ model: 'm', to: ['a'] }], { a: { api: 'responses' } });
    const path = '/v1/chat/completions';
    await several.post({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }, { path });
    await several.post({ model: 'm', input: 'Hi' }, { path });
    expect(several.a.calls.map(({ path: asked }) => asked)).toEqual([path, path]);
    expect(several.a.lastCall.body).toMatchObject({ messages: [{ role: 'user', content: 'Hi' }] });
  });
});

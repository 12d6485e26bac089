import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventViolations } from '../../src/testing/event-invariants.js';
import { fixtureTools } from '../support/fixtures.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { parseEventStream } from '../../src/testing/sse-text.js';
import { startApp } from '../support/start-app.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Shows what a profile changes, through the whole service. */

const chunks = new ChatChunks('m');
const thought = () => streamOf(chunks.reasoning('Hm.'), chunks.finish('stop'));
const answer = () => streamOf(chunks.text('Noon.'), chunks.finish('stop'));
const failure = {
  error: {
    message: 'Failed to call a function.',
    type: 'invalid_request_error',
    code: 'tool_use_failed',
    failed_generation: '<function=get_time>{"zone": "UTC", "count": "2"}</function>',
  },
};

const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
const file = join(folder, 'profiles.yaml');
let service: Service;

beforeAll(async () => {
  writeFileSync(
    file,
    `
backends:
  127.0.0.1: { dialect: groq }
models:
  again-*: { emptyTurn: retry }
  never-empty: { emptyTurn: fail }
  no-rescue: { toolCallRescue: false }
  of-openai*: { dialect: openai }
  of-openrouter: { dialect: openrouter }
  of-vllm: { dialect: vllm }
  of-fireworks: { dialect: fireworks }
  of-cloudflare: { dialect: cloudflare }
  of-xai: { dialect: xai }
  of-mistral: { dialect: mistral }
  with-field: { sessionHint: session_id, extraFields: [session_id] }
  without-field: { sessionHint: session_id }
  blind: { images: none, vision: { model: eyes } }
  blind-too: { images: none, vision: { model: blind } }
  german: { overflowPatterns: ["Gespräch ist zu lang"] }
`,
  );
  service = await startService({ BACKEND_PROFILES: file, BACKEND_RETRIES: '0' });
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

async function ask(model: string): Promise<{ status: number; body: unknown }> {
  const reply = await service.post({ model, input: 'Time?', tools: fixtureTools });
  return { status: reply.status, body: await reply.json() };
}

describe('an image for a model that takes none', () => {
  const png = 'data:image/png;base64,AAAA';
  const turn = (url: string) => ({
    type: 'message',
    role: 'user',
    content: [
      { type: 'input_text', text: 'What is it?' },
      { type: 'input_image', image_url: url },
    ],
  });
  const said = { type: 'message', role: 'assistant', content: 'A door.' };
  const next = { type: 'message', role: 'user', content: 'Sure?' };
  const words = (text: string) =>
    `What is it?\n[description of an image, by another model: this one takes no images]\n${text}\n[end of the description]`;
  const note = 'What is it?\n[image omitted: the model takes no images]';
  const says = (text: string) => streamOf(chunks.text(text), chunks.finish('stop'));

  interface Chat {
    model: string;
    messages: { content: unknown }[];
  }
  async function show(model: string, input: unknown[], more: object = {}) {
    const before = service.backend.calls.length;
    const reply = await service.post({ model, input, ...more });
    const body = await reply.text();
    const chats = service.backend.calls.slice(before).map((call) => call.body as Chat);
    const codes = reply.headers.get('x-responses-warnings') ?? '';
    return { status: reply.status, body, chats, codes };
  }

  it('is described once, and later turns repeat the words', async () => {
    service.backend.enqueue(says('A red door.'), answer(), answer());
    const first = await show('blind', [turn(png)], { stream: true });
    expect(eventViolations(parseEventStream(first.body))).toEqual([]);
    expect(first.codes).toContain('image_described');
    expect(first.codes).not.toContain('content_part_mapped');
    expect(first.chats.map(({ model }) => model)).toEqual(['eyes', 'blind']);
    expect(first.chats[0]?.messages.at(-1)?.content).toContainEqual({
      type: 'image_url',
      image_url: { url: png },
    });
    expect(first.chats[1]?.messages[0]?.content).toBe(words('A red door.'));
    const second = await show('blind', [turn(png), said, next]);
    expect(second.chats.map(({ model }) => model)).toEqual(['blind']);
    expect(second.chats[0]?.messages[0]).toEqual(first.chats[1]?.messages[0]);
    expect(second.codes).toContain('image_described');
  });

  it('is described beside others, in a tool’s output too', async () => {
    const urls = ['data:image/png;base64,BBBB', 'data:image/png;base64,CCCC'] as const;
    service.backend.enqueue(says('A wall.'), says('A wall.'), answer());
    const call = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' };
    const output = [{ type: 'input_image', image_url: urls[1] }];
    const round = [call, { type: 'function_call_output', call_id: 'c1', output }];
    const { chats } = await show('blind', [turn(urls[0]), ...round]);
    expect(chats.map(({ model }) => model)).toEqual(['eyes', 'eyes', 'blind']);
    const sent = JSON.stringify(chats[2]?.messages);
    expect(sent.split('A wall.')).toHaveLength(3);
    expect(sent).not.toContain('image omitted');
  });

  it('stays a note where the model fails or is blind itself, and is asked for again', async () => {
    const url = 'data:image/png;base64,DDDD';
    const down = jsonReply(500, { error: { message: 'Down.' } });
    service.backend.enqueue(down, answer(), says('A roof.'), answer(), answer());
    const failed = await show('blind', [turn(url)]);
    expect(failed.status).toBe(200);
    expect(failed.codes).toContain('content_part_mapped');
    expect(failed.chats[1]?.messages[0]?.content).toBe(note);
    const again = await show('blind', [turn(url)]);
    expect(again.chats[1]?.messages[0]?.content).toBe(words('A roof.'));
    const other = await show('blind-too', [turn('data:image/png;base64,EEEE')]);
    expect(other.chats.map((chat) => chat.model)).toEqual(['blind-too']);
    expect(other.chats[0]?.messages[0]?.content).toBe(note);
  });
});

describe('a custom tool of a backend that says it is OpenAI', () => {
  const tool = {
    type: 'custom' as const,
    name: 'patch',
    format: { type: 'grammar' as const, syntax: 'lark' as const, definition: 'start: "x"' },
  };
  const custom = (index: number, fields: object, more: object = {}) =>
    chunks.choice({ tool_calls: [{ index, ...more, custom: fields }] });
  const calls = () =>
    streamOf(
      custom(0, { name: 'patch', input: '' }, { id: 'call_x', type: 'custom' }),
      custom(0, { input: 'a "b' }),
      custom(0, { input: '"\n' }),
      chunks.finish('tool_calls'),
    );
  const client = () =>
    new OpenAI({ baseURL: `${service.proxy.url}/v1`, apiKey: TEST_KEY, maxRetries: 0 });

  it('goes as it is, is called in text, and its call and output go back', async () => {
    service.backend.enqueue(calls(), answer());
    const openai = client();
    const stream = openai.responses.stream({ model: 'of-openai', input: 'Edit.', tools: [tool] });
    const deltas: string[] = [];
    stream.on('response.custom_tool_call_input.delta', ({ delta }) => deltas.push(delta));
    const { output, id } = await stream.finalResponse();
    expect(deltas).toEqual(['a "b', '"\n']);
    expect(output).toMatchObject([
      { type: 'custom_tool_call', call_id: 'call_x', name: 'patch', input: 'a "b"\n' },
    ]);
    expect(service.backend.lastCall.body).toMatchObject({
      tools: [
        {
          type: 'custom',
          custom: {
            name: 'patch',
            format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } },
          },
        },
      ],
    });
    const next = await openai.responses.create({
      model: 'of-openai',
      previous_response_id: id,
      input: [{ type: 'custom_tool_call_output', call_id: 'call_x', output: 'done' }],
      tools: [tool],
    });
    expect(next.output_text).toBe('Noon.');
    const { messages } = service.backend.lastCall.body as { messages: unknown[] };
    expect(messages.slice(-2)).toMatchObject([
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_x', type: 'custom', custom: { name: 'patch', input: 'a "b"\n' } }],
      },
      { role: 'tool', tool_call_id: 'call_x', content: 'done' },
    ]);
  });

  it('is a function where the backend refuses it, and at once the next time', async () => {
    const message = "Invalid value: 'custom'. Supported values are: 'function'.";
    service.backend.enqueue(jsonReply(400, { error: { message } }), answer(), answer());
    const before = service.backend.calls.length;
    const request = { model: 'of-openai-old', input: 'Edit.', tools: [tool] };
    for (let turn = 0; turn < 2; turn++) {
      expect((await client().responses.create(request)).output_text).toBe('Noon.');
    }
    const sent = service.backend.calls.slice(before).map(({ body }) => body as { tools: object[] });
    expect(sent.map(({ tools }) => tools)).toMatchObject([
      [{ type: 'custom' }],
      [{ type: 'function', function: { name: 'patch' } }],
      [{ type: 'function', function: { name: 'patch' } }],
    ]);
  });
});

describe('an empty turn', () => {
  it('is asked for again in the same stream', async () => {
    const before = service.backend.calls.length;
    service.backend.enqueue(thought(), answer());
    const reply = await service.post({ model: 'again-1', input: 'Time?', stream: true });
    const events = parseEventStream(await reply.text());
    expect(eventViolations(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { output: [{ type: 'reasoning' }, { type: 'message' }] },
    });
    const [first, second] = service.backend.calls.slice(before);
    expect(second?.rawBody.equals(first!.rawBody)).toBe(true);
  });

  it('is asked for again without a stream, once', async () => {
    const before = service.backend.calls.length;
    service.backend.enqueue(thought(), thought(), answer());
    const { body } = await ask('again-2');
    expect(body).toMatchObject({
      status: 'completed',
      output: [{ type: 'reasoning' }, { type: 'reasoning' }],
    });
    expect(service.backend.calls.length).toBe(before + 2);
    expect((await ask('again-3')).body).toMatchObject({ output: [{ type: 'message' }] });
  });

  it('asked for again, it fails as the second call does', async () => {
    service.backend.enqueue(thought(), jsonReply(429, { error: { message: 'Slow down' } }));
    expect(await ask('again-4')).toMatchObject({
      status: 429,
      body: { error: { code: 'rate_limit_exceeded' } },
    });
  });

  it('fails where the profile says so, and is counted where it is left', async () => {
    service.backend.enqueue(thought(), thought());
    expect(await ask('never-empty')).toMatchObject({
      status: 502,
      body: { error: { code: 'empty_answer' } },
    });
    expect(await ask('any')).toMatchObject({ status: 200, body: { status: 'completed' } });
    const metrics = await (await fetch(`${service.proxy.url}/metrics`)).text();
    expect(metrics).toMatch(/warnings_total\{[^}]*code="empty_turn"[^}]*\} [1-9]/);
  });
});

describe('a failed generation', () => {
  const call = {
    status: 'completed',
    output: [{ type: 'function_call', name: 'get_time', arguments: '{"zone":"UTC","count":2}' }],
  };

  it('in a 400 becomes the call that it was', async () => {
    service.backend.enqueue(jsonReply(400, failure));
    expect(await ask('any')).toMatchObject({ status: 200, body: call });
  });

  it('inside the stream too', async () => {
    service.backend.enqueue({
      steps: [{ write: `event: error\ndata: ${JSON.stringify(failure)}\n\n` }],
    });
    expect(await ask('any')).toMatchObject({ status: 200, body: call });
  });

  it('stays an error where the profile says so, and where no call can be read', async () => {
    service.backend.enqueue(jsonReply(400, failure));
    expect(await ask('no-rescue')).toMatchObject({
      status: 400,
      body: { error: { code: 'tool_use_failed' } },
    });
    const { error } = failure;
    service.backend.enqueue(
      jsonReply(400, { error: { ...error, failed_generation: 'get_time("UTC")' } }),
    );
    expect(await ask('any')).toMatchObject({
      status: 400,
      body: { error: { code: 'tool_use_failed', message: 'Failed to call a function.' } },
    });
  });
});

describe('the wordings of a profile', () => {
  it('tell what a full context is', async () => {
    const refusal = () => jsonReply(400, { error: { message: 'Das Gespräch ist zu lang.' } });
    service.backend.enqueue(refusal(), refusal());
    expect(await ask('german')).toMatchObject({
      body: { error: { code: 'context_length_exceeded' } },
    });
    expect(await ask('any')).toMatchObject({ body: { error: { code: 'invalid_request' } } });
  });
});

describe('a wrong file', () => {
  it('stops the start with all its problems', async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, 'models: { m: { thinkTags: maybe, images: 1 } }');
    const started = startApp({ BACKEND_PROFILES: wrong });
    await expect(started).rejects.toMatchObject({
      name: 'EnvironmentError',
      problems: [expect.stringContaining('images'), expect.stringContaining('thinkTags')],
    });
  });
});

describe('a llama-server that tells what its template lacks', () => {
  const props = {
    chat_template: '{{ messages }}',
    chat_template_caps: { supports_system_role: false, supports_parallel_tool_calls: false },
    modalities: { vision: false },
  };
  let llama: Service;
  beforeAll(async () => {
    const told = join(folder, 'told.yaml');
    writeFileSync(told, 'models: { seeing: { images: data } }');
    llama = await startService({ BACKEND_DIALECT: 'llamacpp', BACKEND_PROFILES: told });
    llama.backend.onModels = ({ path }) =>
      path === '/props' ? jsonReply(200, props) : jsonReply(200, { object: 'list', data: [] });
    await llama.proxy.provider('Backends').refreshModels();
  });
  afterAll(() => llama.close());

  const image = { type: 'input_image', image_url: 'data:image/png;base64,aGk=' };
  const messagesFor = async (model: string): Promise<string> => {
    const input = [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }, image] }];
    await (await llama.post({ model, instructions: 'Be brief.', input })).text();
    return JSON.stringify((llama.backend.lastCall.body as { messages: unknown }).messages);
  };

  it('is sent no system message and no image', async () => {
    const sent = await messagesFor('any-model');
    expect(sent).toContain('Be brief.');
    expect(sent).not.toMatch(/"system"|image_url/);
  });

  it('unless the operator knows better', async () => {
    const sent = await messagesFor('seeing');
    expect(sent).toContain('image_url');
    expect(sent).not.toContain('"system"');
  });
});

describe('the name of a conversation', () => {
  const hints = ['x-session-id', 'x-session-affinity', 'x-grok-conv-id'];
  const fields = ['prompt_cache_key', 'session_id'];

  /** Gives what the backend is told of the conversation, by the name of the header or field. */
  async function told(model: string, more: object = {}, key?: string): Promise<object> {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const body = { model, input: 'Time?', prompt_cache_key: 'my own key', ...more };
    const reply = await service.post(body, { headers });
    expect(reply.status).toBe(200);
    const call = service.backend.lastCall;
    const sent = { ...call.headers, ...(call.body as object) };
    return Object.fromEntries(
      Object.entries(sent).filter(([name]) => [...hints, ...fields].includes(name)),
    );
  }

  const name = expect.stringMatching(/^[\w-]{43}$/) as unknown;

  it.each([
    ['of-openrouter', { 'x-session-id': name }],
    ['of-vllm', { 'x-session-id': name }],
    ['of-fireworks', { 'x-session-affinity': name }],
    ['of-cloudflare', { 'x-session-affinity': name }],
    ['of-xai', { 'x-grok-conv-id': name }],
    ['of-mistral', { prompt_cache_key: name }],
    ['with-field', { session_id: name }],
    ['without-field', {}],
    ['any-other', {}],
  ])('%s is told it so', async (model, hint) => {
    expect(await told(model)).toEqual(hint);
  });

  it('is the same for all turns, and another for each conversation and caller', async () => {
    const first = { prompt_cache_key: null, input: 'Time?' };
    const turn = (role: string, content: string) => ({ type: 'message', role, content });
    const input = [turn('user', 'Time?'), turn('assistant', 'Noon.'), turn('user', 'And now?')];
    const one = await told('of-xai', first);
    expect(await told('of-xai', { ...first, input })).toEqual(one);
    expect(await told('of-xai', { ...first, input: 'Date?' })).not.toEqual(one);
    expect(await told('of-xai', first, 'the key of another caller')).not.toEqual(one);
  });
});

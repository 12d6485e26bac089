import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoResponder } from '../../src/demo/demo-responder.js';
import { ScriptedChatServer } from '../../src/demo/scripted-chat-server.js';
import { startDemo, welcome } from '../../src/demo/start-demo.js';

/** Asks the demo's backend on its own; `npm run demo` puts the service in front of it. */

let server: ScriptedChatServer;

beforeAll(async () => {
  server = await ScriptedChatServer.start(demoResponder(0));
});

afterAll(() => server.close());

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const clock = { type: 'function', function: { name: 'get_time' } };
const user = (content: unknown) => ({ role: 'user', content });

async function post(body: Record<string, unknown>): Promise<Response> {
  return fetch(server.chatUrl, {
    method: 'POST',
    body: JSON.stringify({ model: 'demo', ...body }),
  });
}

interface Call {
  function: { name: string; arguments: string };
}

interface Delta {
  content?: string;
  reasoning_content?: string;
  tool_calls?: Call[];
}

interface Chunk {
  choices: { delta: Delta; message: Delta; finish_reason: string | null }[];
  usage?: { completion_tokens: number };
}

async function answer(body: Record<string, unknown>) {
  const { choices, usage } = (await (await post(body)).json()) as Chunk;
  return { message: choices[0]!.message, finish: choices[0]!.finish_reason, usage };
}

/** Gives the chunks of a stream, and whether it ended with [DONE]. */
async function stream(body: Record<string, unknown>) {
  const text = await (await post({ ...body, stream: true })).text();
  const events = text.split('\n\n').filter(Boolean);
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice(6)) as Chunk);
  return { done: events.at(-1) === 'data: [DONE]', chunks };
}

const join = (chunks: Chunk[], field: 'content' | 'reasoning_content') =>
  chunks.map(({ choices }) => choices[0]?.delta[field] ?? '').join('');

const finishOf = (chunk: Chunk | undefined) => chunk?.choices[0]?.finish_reason;

describe('the demo backend', () => {
  it('streams reasoning, text, finish and usage', async () => {
    const { chunks, done } = await stream({
      messages: [user('hi')],
      stream_options: { include_usage: true },
    });
    expect(done).toBe(true);
    expect(join(chunks, 'reasoning_content')).toMatch(/short answer/);
    expect(join(chunks, 'content')).toMatch(/^Hello from the demo backend! .* You said: hi$/);
    expect(finishOf(chunks.at(-2))).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { total_tokens: expect.any(Number) },
    });
  });

  it('streams no usage unless it is asked for', async () => {
    const { chunks } = await stream({ messages: [user('hi')] });
    expect(finishOf(chunks.at(-1))).toBe('stop');
  });

  it('calls a tool that the text mentions, and streams its arguments', async () => {
    const { chunks } = await stream({ messages: [user('Weather in Rome?')], tools: [weather] });
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({ index: 0, function: { name: 'get_weather' } });
    const json = calls.map((call) => call.function.arguments).join('');
    expect(JSON.parse(json)).toEqual({ city: 'Rome' });
    expect(finishOf(chunks.at(-1))).toBe('tool_calls');
  });

  it.each([
    ['two tools', { messages: [user('weather and time')] }, ['get_weather', 'get_time']],
    ['one', { messages: [user('weather, time')], parallel_tool_calls: false }, ['get_weather']],
    ['none', { messages: [user('weather')], tool_choice: 'none' }, []],
    ['a required one', { messages: [user('hi')], tool_choice: 'required' }, ['get_weather']],
    [
      'the named one',
      { messages: [user('hi')], tool_choice: { type: 'function', function: { name: 'get_time' } } },
      ['get_time'],
    ],
    ['none without reason', { messages: [user('hi')] }, []],
  ])('calls %s', async (_what, body, names) => {
    const { message, finish } = await answer({ ...body, tools: [weather, clock] });
    const called = (message.tool_calls ?? []).map((call) => call.function.name);
    expect(called).toEqual(names);
    expect(finish).toBe(names.length > 0 ? 'tool_calls' : 'stop');
  });

  it('answers with text after a tool message', async () => {
    const messages = [user('weather'), { role: 'tool', tool_call_id: 'c', content: 'sunny' }];
    const { message } = await answer({ messages, tools: [weather] });
    expect(message.content).toMatch(/^The tool answered: sunny/);
  });

  it('makes structured output from the schema', async () => {
    const schema = { type: 'object', properties: { answer: { type: 'integer' } } };
    const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } };
    const { message } = await answer({ messages: [user('hi')], response_format });
    expect(JSON.parse(message.content ?? '')).toEqual({ answer: 42 });
  });

  it('sees images, and is cut by max_tokens', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    const messages = [user([image, { type: 'text', text: 'what is it?' }])];
    expect((await answer({ messages })).message.content).toMatch(/1 image,/);
    const { finish, usage } = await answer({ messages, max_tokens: 3 });
    expect(finish).toBe('length');
    expect(usage?.completion_tokens).toBe(3);
  });

  it.each([
    ['GET', '/v1/models', 200],
    ['GET', '/v1/models/demo', 200],
    ['GET', '/v1/models/nope', 404],
    ['POST', '/v1/other', 404],
    ['POST', '/v1/chat/completions', 400],
  ])('%s %s -> %d', async (method, path, status) => {
    const response = await fetch(server.origin + path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
  });
});

describe('npm run demo', () => {
  it('prints lines that stream a text and a tool call', async () => {
    const demo = await startDemo(0);
    try {
      const lines = welcome(demo.url)
        .split('\n')
        .filter((line) => line.startsWith('curl'));
      const bodies = lines.map((line) => /-d '(.*)'$/.exec(line)?.[1] ?? '');
      const answers = await Promise.all(
        bodies.map(async (body) => {
          const headers = { 'content-type': 'application/json' };
          const url = `${demo.url}/v1/responses`;
          return (await fetch(url, { method: 'POST', headers, body })).text();
        }),
      );
      expect(answers[0]).toContain('response.output_text.delta');
      expect(answers[1]).toContain('"arguments":"{\\"city\\":\\"Paris\\"}"');
      expect(lines).toHaveLength(2);
      const seen = await fetch(`${demo.url}/inspector/api/requests`);
      expect(await seen.json()).toMatchObject({ requests: [{ status: 200 }, { status: 200 }] });
      for (const answer of answers) {
        expect(answer).toContain('event: response.completed');
        expect(answer.endsWith('data: [DONE]\n\n')).toBe(true);
      }
    } finally {
      await demo.close();
    }
  });
});

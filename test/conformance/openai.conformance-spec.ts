import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { checkedFetch } from '../support/checked-response.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs the `openai` package on answers of every kind, streamed and whole. */
type StreamParams = Parameters<OpenAI['responses']['stream']>[0];

let service: Service;
let client: OpenAI;
const checked = checkedFetch();
const chunks = new ChatChunks('demo');

beforeAll(async () => {
  service = await startService();
  client = new OpenAI({
    baseURL: service.baseURL,
    apiKey: TEST_KEY,
    fetch: checked.fetch,
    maxRetries: 0,
  });
});
afterEach(() => checked.settled());
afterAll(() => service.close());

/** Ids and times differ between two calls, and only the stream helper parses; everything else must be equal. */
function withoutIdsAndTimes(value: unknown): unknown {
  const omitted = new Set([
    'id',
    'created_at',
    'completed_at',
    'parsed',
    'output_parsed',
    'parsed_arguments',
  ]);
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (omitted.has(key) ? undefined : inner)),
  );
}

const weather: OpenAI.Responses.FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};
const person = {
  type: 'json_schema',
  name: 'person',
  schema: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } } },
} as const;

const requests: [string, OpenAI.Responses.ResponseCreateParamsNonStreaming][] = [
  ['text', { model: 'demo', input: 'Say hello', instructions: 'Be kind.' }],
  ['a tool call', { model: 'demo', input: 'What is the weather in Oslo?', tools: [weather] }],
  ['json_schema', { model: 'demo', input: 'Who?', text: { format: person, verbosity: 'low' } }],
  ['an answer that is cut', { model: 'demo', input: 'Say hello', max_output_tokens: 16 }],
  [
    'echoed settings',
    {
      model: 'demo',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }],
      metadata: { trace: 'a' },
      temperature: 0.3,
      top_p: 0.9,
      reasoning: { effort: 'low', summary: 'auto' },
      parallel_tool_calls: false,
      safety_identifier: 'user-1',
      prompt_cache_key: 'cache-1',
    },
  ],
];

describe('responses.create and responses.stream', () => {
  it.each(requests)('%s: the same Response either way', async (_name, request) => {
    const whole = await client.responses.create(request);
    const runner = client.responses.stream(request as StreamParams);
    const seen: string[] = [];
    for await (const event of runner) seen.push(event.type);
    const streamed = await runner.finalResponse();
    expect(withoutIdsAndTimes(streamed)).toEqual(withoutIdsAndTimes(whole));
    expect(seen[0]).toBe('response.created');
    expect(seen.at(-1)).toBe(`response.${whole.status ?? ''}`);
  });

  it('gives text, reasoning and usage', async () => {
    const response = await client.responses.create({ model: 'demo', input: 'Say hello' });
    expect(response.output_text).toBe(
      'Hello from the demo backend! No model was asked. You said: Say hello',
    );
    expect(response.output.map((item) => item.type)).toEqual(['reasoning', 'message']);
    expect(response.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
    expect(response.usage?.total_tokens).toBe(
      (response.usage?.input_tokens ?? 0) + (response.usage?.output_tokens ?? 0),
    );
  });

  it('echoes what was asked', async () => {
    const response = await client.responses.create(requests[4]![1]);
    expect(response).toMatchObject({
      metadata: { trace: 'a' },
      temperature: 0.3,
      top_p: 0.9,
      reasoning: { effort: 'low', summary: 'auto' },
      parallel_tool_calls: false,
      safety_identifier: 'user-1',
      prompt_cache_key: 'cache-1',
    });
    expect(service.backend.lastCall.body).toMatchObject({ temperature: 0.3, top_p: 0.9 });
  });

  it('yields the plain event stream of create({stream: true})', async () => {
    const stream = await client.responses.create({ model: 'demo', input: 'Hi', stream: true });
    let text = '';
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    expect(text).toContain('You said: Hi');
  });

  it('tells each kind of delta to its listener', async () => {
    const listened = { text: '', summary: '', arguments: '' };
    service.backend.enqueue(
      streamOf(
        chunks.reasoning('I think.'),
        chunks.text('Let me '),
        chunks.text('look.'),
        chunks.callStart(0, { id: 'call_1', name: 'get_weather' }),
        chunks.callArguments(0, '{"city":'),
        chunks.callArguments(0, '"Oslo"}'),
        chunks.finish('tool_calls'),
      ),
    );
    const final = await client.responses
      .stream({ model: 'demo', input: 'x', tools: [weather] })
      .on('response.output_text.delta', (event) => (listened.text += event.delta))
      .on('response.reasoning_summary_text.delta', (event) => (listened.summary += event.delta))
      .on('response.function_call_arguments.delta', (event) => (listened.arguments += event.delta))
      .finalResponse();
    expect(listened).toEqual({
      text: 'Let me look.',
      summary: 'I think.',
      arguments: '{"city":"Oslo"}',
    });
    expect(final.output.map((item) => item.type)).toEqual([
      'reasoning',
      'message',
      'function_call',
    ]);
  });

  it('names the reason of an incomplete answer', async () => {
    const response = await client.responses.create(requests[3]![1]);
    expect(response.status).toBe('incomplete');
    expect(response.incomplete_details).toEqual({ reason: 'max_output_tokens' });
    expect(service.backend.lastCall.body).toMatchObject({ max_tokens: 16 });
  });

  it('carries a refusal', async () => {
    service.backend.enqueue(
      streamOf(chunks.choice({ refusal: 'I will not.' }), chunks.finish('stop')),
    );
    const response = await client.responses.create({ model: 'demo', input: 'x' });
    expect(response.output).toMatchObject([
      { type: 'message', content: [{ type: 'refusal', refusal: 'I will not.' }] },
    ]);
  });

  it('carries logprobs', async () => {
    const top = { token: 'H', logprob: -0.5, bytes: null };
    const logprobs = { content: [{ ...top, top_logprobs: [top] }] };
    service.backend.enqueue(
      streamOf(
        { choices: [{ index: 0, delta: { content: 'H' }, logprobs, finish_reason: null }] },
        chunks.finish('stop'),
      ),
    );
    const response = await client.responses.create({
      model: 'demo',
      input: 'x',
      include: ['message.output_text.logprobs'],
      top_logprobs: 1,
    });
    expect(service.backend.lastCall.body).toMatchObject({ logprobs: true, top_logprobs: 1 });
    expect(response.output).toMatchObject([
      { content: [{ text: 'H', logprobs: [{ token: 'H', logprob: -0.5 }] }] },
    ]);
  });
});

describe('responses.parse', () => {
  const Person = z.object({ name: z.string(), age: z.number() });

  it('parses by a zod schema', async () => {
    const response = await client.responses.parse({
      model: 'demo',
      input: 'Who?',
      text: { format: zodTextFormat(Person, 'person') },
    });
    expect(response.output_parsed).toEqual({ name: 'demo name', age: 42 });
    expect(service.backend.lastCall.body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true } },
    });
  });

  it('parses a stream', async () => {
    const final = await client.responses
      .stream({
        model: 'demo',
        input: 'Who?',
        text: { format: zodTextFormat(Person, 'person') },
      })
      .finalResponse();
    expect(final.output_parsed).toEqual({ name: 'demo name', age: 42 });
  });
});

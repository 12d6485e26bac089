import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { zodResponsesFunction } from 'openai/helpers/zod';
import { z } from 'zod';
import { checkedFetch } from '../support/checked-response.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs the `openai` package over turns that build on earlier ones, as its users write them. */
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

const weather = zodResponsesFunction({
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: z.object({ city: z.string() }),
});

/** Makes two calls side by side, as OpenAI streams them. */
const parallelCalls = () =>
  streamOf(
    chunks.reasoning('Two cities.'),
    chunks.callStart(0, { id: 'call_oslo', name: 'get_weather' }),
    chunks.callArguments(0, '{"city":"Oslo"}'),
    chunks.callStart(1, { id: 'call_rome', name: 'get_weather' }),
    chunks.callArguments(1, '{"city":"Rome"}'),
    chunks.finish('tool_calls'),
  );

describe('the tool round trip', () => {
  it('call, output, answer: the backend gets a valid conversation', async () => {
    service.backend.enqueue(parallelCalls());
    const input: OpenAI.Responses.ResponseInputItem[] = [
      { role: 'user', content: 'Weather in Oslo and Rome?' },
    ];
    const first = await client.responses.parse({ model: 'demo', input, tools: [weather] });
    const calls = first.output.filter((item) => item.type === 'function_call');
    expect(calls).toMatchObject([
      { call_id: 'call_oslo', name: 'get_weather', parsed_arguments: { city: 'Oslo' } },
      { call_id: 'call_rome', name: 'get_weather', parsed_arguments: { city: 'Rome' } },
    ]);

    const outputs = calls.map(({ call_id }) => ({
      type: 'function_call_output' as const,
      call_id,
      output: JSON.stringify({ of: call_id }),
    }));
    const second = await client.responses.create({
      model: 'demo',
      tools: [weather],
      input: [...input, ...(first.output as OpenAI.Responses.ResponseInputItem[]), ...outputs],
    });
    expect(second.output_text).toContain('The tool answered: {"of":"call_rome"}');
    expect(service.backend.lastCall.body).toMatchObject({
      messages: [
        { role: 'user', content: 'Weather in Oslo and Rome?' },
        {
          role: 'assistant',
          tool_calls: [
            { id: 'call_oslo', type: 'function', function: { arguments: '{"city":"Oslo"}' } },
            { id: 'call_rome', type: 'function', function: { arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_oslo', content: '{"of":"call_oslo"}' },
        { role: 'tool', tool_call_id: 'call_rome', content: '{"of":"call_rome"}' },
      ],
      tools: [{ type: 'function', function: { name: 'get_weather' } }],
    });
  });

  it('takes an output of content parts, an image among them', async () => {
    await client.responses.create({
      model: 'demo',
      input: [
        { role: 'user', content: 'Look' },
        { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}' },
        {
          type: 'function_call_output',
          call_id: 'call_1',
          output: [
            { type: 'input_text', text: 'a photo' },
            { type: 'input_image', image_url: 'data:image/png;base64,aGk=' },
          ],
        },
      ],
      tools: [weather],
    });
    const { messages } = service.backend.lastCall.body as { messages: { role: string }[] };
    expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'user']);
  });

  it('refuses an output without its call', async () => {
    const orphan = client.responses.create({
      model: 'demo',
      input: [{ type: 'function_call_output', call_id: 'call_lost', output: 'x' }],
    });
    await expect(orphan).rejects.toMatchObject({ status: 400, param: 'input[0].call_id' });
  });

  it.each([
    ['required', 'required'],
    [
      { type: 'function', name: 'get_weather' },
      { type: 'function', function: { name: 'get_weather' } },
    ],
    ['none', 'none'],
  ] as const)('tool_choice %j', async (choice, sent) => {
    const response = await client.responses.create({
      model: 'demo',
      input: 'Anything',
      tools: [weather],
      tool_choice: choice,
    });
    expect(service.backend.lastCall.body).toMatchObject({ tool_choice: sent });
    expect(response.tool_choice).toEqual(choice);
    expect(response.output.at(-1)?.type).toBe(choice === 'none' ? 'message' : 'function_call');
  });

  it('suppresses a call that allowed_tools does not allow', async () => {
    service.backend.enqueue(parallelCalls());
    const other = { ...weather, name: 'get_time' };
    const response = await client.responses.create({
      model: 'demo',
      input: 'Weather?',
      tools: [weather, other],
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: [{ type: 'function', name: 'get_time' }],
      },
    });
    expect(response.output.filter((item) => item.type === 'function_call')).toEqual([]);
  });

  it('streams a custom tool as raw text', async () => {
    service.backend.enqueue(
      streamOf(
        chunks.callStart(0, { id: 'call_1', name: 'run_code' }),
        chunks.callArguments(0, '{"input":"print('),
        chunks.callArguments(0, '\\"hi\\")"}'),
        chunks.finish('tool_calls'),
      ),
    );
    const final = await client.responses
      .stream({ model: 'demo', input: 'Run it', tools: [{ type: 'custom', name: 'run_code' }] })
      .finalResponse();
    expect(final.output).toMatchObject([
      { type: 'custom_tool_call', name: 'run_code', input: 'print("hi")' },
    ]);
  });
});

describe('the reasoning round trip', () => {
  it('gives reasoning of a tool turn back to the backend', async () => {
    service.backend.enqueue(parallelCalls());
    const first = await client.responses.create({
      model: 'demo',
      input: 'Weather in Oslo and Rome?',
      tools: [weather],
    });
    expect(first.output[0]).toMatchObject({
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Two cities.' }],
    });
    const outputs = ['call_oslo', 'call_rome'].map((call_id) => ({
      type: 'function_call_output' as const,
      call_id,
      output: 'sunny',
    }));
    await client.responses.create({
      model: 'demo',
      input: [...(first.output as OpenAI.Responses.ResponseInputItem[]), ...outputs],
      tools: [weather],
    });
    const { messages } = service.backend.lastCall.body as { messages: { content: string }[] };
    expect(messages[0]?.content).toContain('<think>Two cities.</think>');
  });

  it('takes reasoning that somebody else sealed, and says that it was left out', async () => {
    const { data, response } = await client.responses
      .create({
        model: 'demo',
        store: false,
        include: ['reasoning.encrypted_content'],
        input: [
          { role: 'user', content: 'Hi' },
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' },
          { role: 'assistant', content: 'Hello' },
          { role: 'user', content: 'And now?' },
        ],
      })
      .withResponse();
    expect(data.status).toBe('completed');
    expect(response.headers.get('x-responses-warnings')).toContain('reasoning_dropped');
  });

  it('continues with the output of the answer before', async () => {
    const first = await client.responses.create({ model: 'demo', input: 'One' });
    const second = await client.responses.create({
      model: 'demo',
      input: [
        { role: 'user', content: 'One' },
        ...(first.output as OpenAI.Responses.ResponseInputItem[]),
        { role: 'user', content: 'Two' },
      ],
    });
    expect(second.output_text).toContain('You said: Two');
    expect(service.backend.lastCall.body).toMatchObject({
      messages: [
        { role: 'user', content: 'One' },
        { role: 'assistant', content: first.output_text },
        { role: 'user', content: 'Two' },
      ],
    });
  });
});

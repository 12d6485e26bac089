import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Agent,
  computerTool,
  handoff,
  OpenAIProvider,
  Runner,
  tool,
  toolSearchTool,
} from '@openai/agents';
import OpenAI, { RateLimitError } from 'openai';
import { z } from 'zod';
import { checkedFetch } from '../support/checked-response.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs the OpenAI Agents SDK with its Responses model on our base URL. */
let service: Service;
let runner: Runner;
const checked = checkedFetch();
const chunks = new ChatChunks('demo');

beforeAll(async () => {
  service = await startService();
  const openAIClient = new OpenAI({
    baseURL: service.baseURL,
    apiKey: TEST_KEY,
    fetch: checked.fetch,
    maxRetries: 0,
  });
  runner = new Runner({
    modelProvider: new OpenAIProvider({ openAIClient, useResponses: true }),
    model: 'demo',
    tracingDisabled: true,
  });
});
afterEach(() => checked.settled());
afterAll(() => service.close());

const weatherTool = tool({
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `${city}: sunny`,
});

const callOf = (name: string, json: string) =>
  streamOf(
    chunks.reasoning('A tool will help.'),
    chunks.callStart(0, { id: `call_${name}`, name }),
    chunks.callArguments(0, json),
    chunks.finish('tool_calls'),
  );

const sentMessages = () =>
  (service.backend.lastCall.body as { messages: { role: string; content: string }[] }).messages;

describe('run', () => {
  it('calls a tool and answers', async () => {
    const agent = new Agent({ name: 'Weather', instructions: 'Be brief.', tools: [weatherTool] });
    service.backend.enqueue(callOf('get_weather', '{"city":"Oslo"}'));
    const result = await runner.run(agent, 'Weather in Oslo?');
    expect(result.finalOutput).toContain('The tool answered: Oslo: sunny');
    expect(sentMessages()).toMatchObject([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'assistant', tool_calls: [{ id: 'call_get_weather' }] },
      { role: 'tool', tool_call_id: 'call_get_weather', content: 'Oslo: sunny' },
    ]);
    expect(result.rawResponses.every((response) => response.usage.totalTokens >= 0)).toBe(true);
  });

  it('goes on with its own history', async () => {
    const agent = new Agent({ name: 'Weather', tools: [weatherTool] });
    service.backend.enqueue(callOf('get_weather', '{"city":"Oslo"}'));
    const first = await runner.run(agent, 'Weather in Oslo?');
    const second = await runner.run(agent, [
      ...first.history,
      { role: 'user', content: 'Thanks!' },
    ]);
    expect(second.finalOutput).toContain('You said: Thanks!');
    expect(sentMessages().map((message) => message.role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
  });

  it('runs a second call whose id the history has already', async () => {
    const agent = new Agent({ name: 'Weather', tools: [weatherTool] });
    service.backend.enqueue(callOf('get_weather', '{"city":"Oslo"}'));
    const first = await runner.run(agent, 'Weather in Oslo?');
    service.backend.enqueue(callOf('get_weather', '{"city":"Rome"}'));
    const next = [...first.history, { role: 'user' as const, content: 'And in Rome?' }];
    const second = await runner.run(agent, next);
    expect(second.finalOutput).toContain('The tool answered: Rome: sunny');
    const calls = second.history.flatMap((item) =>
      item.type === 'function_call' ? item.callId : [],
    );
    expect(calls).toHaveLength(2);
    expect(new Set(calls).size).toBe(2);
  });

  it.each([false, true])('runs a tool that no search has brought (stream: %s)', async (stream) => {
    const deferred = tool({
      name: 'get_weather',
      description: 'The weather of a city',
      parameters: z.object({ city: z.string() }),
      deferLoading: true,
      execute: ({ city }) => `${city}: sunny`,
    });
    const agent = new Agent({ name: 'Weather', tools: [toolSearchTool(), deferred] });
    service.backend.enqueue(callOf('get_weather', '{"city":"Oslo"}'));
    const question = 'Weather in Oslo?';
    const first = stream
      ? await runner.run(agent, question, { stream: true })
      : await runner.run(agent, question);
    if ('completed' in first) await first.completed;
    expect(first.finalOutput).toContain('The tool answered: Oslo: sunny');
    service.backend.enqueue(callOf('get_weather', '{"city":"Rome"}'));
    const next = [...first.history, { role: 'user' as const, content: 'And in Rome?' }];
    const second = await runner.run(agent, next);
    expect(second.finalOutput).toContain('The tool answered: Rome: sunny');
  });

  it.each([false, true])('runs a tool that a search has brought (stream: %s)', async (stream) => {
    const deferred = (name: string, description: string) =>
      tool({
        name,
        description,
        parameters: z.object({ city: z.string() }),
        deferLoading: true,
        execute: ({ city }) => `${city}: ${name}`,
      });
    const agent = new Agent({
      name: 'Weather',
      tools: [
        toolSearchTool(),
        deferred('get_weather', 'The weather of a city'),
        deferred('get_mayor', 'Who governs a city'),
      ],
    });
    service.backend.enqueue(
      callOf('tool_search', '{"query":"weather"}'),
      callOf('get_weather', '{"city":"Oslo"}'),
    );
    const before = service.backend.calls.length;
    const first = stream
      ? await runner.run(agent, 'Weather in Oslo?', { stream: true })
      : await runner.run(agent, 'Weather in Oslo?');
    if ('completed' in first) await first.completed;
    expect(first.finalOutput).toContain('The tool answered: Oslo: get_weather');
    const offered = service.backend.calls
      .slice(before)
      .map(({ body }) =>
        (body as { tools: { function: { name: string } }[] }).tools.map(
          (sent) => sent.function.name,
        ),
      );
    const found = ['tool_search', 'get_weather'];
    expect(offered).toEqual([['tool_search'], found, found]);

    service.backend.enqueue(callOf('get_weather', '{"city":"Rome"}'));
    const next = [...first.history, { role: 'user' as const, content: 'And in Rome?' }];
    const second = await runner.run(agent, next);
    expect(second.finalOutput).toContain('The tool answered: Rome: get_weather');
  });

  it('hands over to another agent', async () => {
    const french = new Agent({
      name: 'French',
      instructions: 'You speak French.',
      handoffDescription: 'Speaks French',
    });
    const triage = new Agent({
      name: 'Triage',
      instructions: 'Hand over.',
      handoffs: [handoff(french)],
    });
    service.backend.enqueue(callOf('transfer_to_French', '{}'));
    const result = await runner.run(triage, 'Bonjour');
    expect(result.lastAgent?.name).toBe('French');
    expect(sentMessages()[0]).toMatchObject({ role: 'system', content: 'You speak French.' });
  });

  it('gives an object by a schema', async () => {
    const agent = new Agent({ name: 'Clerk', outputType: z.object({ name: z.string() }) });
    const result = await runner.run(agent, 'Who?');
    expect(result.finalOutput).toEqual({ name: 'demo name' });
    expect(service.backend.lastCall.body).toMatchObject({
      response_format: { type: 'json_schema' },
    });
  });

  it('throws the typed error of the backend', async () => {
    service.backend.enqueue(jsonReply(429, { error: { message: 'Slow down' } }));
    await expect(runner.run(new Agent({ name: 'A' }), 'x')).rejects.toBeInstanceOf(RateLimitError);
  });
});

describe('run with a stream', () => {
  it('streams text, and the items of every turn', async () => {
    const agent = new Agent({ name: 'Weather', tools: [weatherTool] });
    service.backend.enqueue(callOf('get_weather', '{"city":"Oslo"}'));
    const result = await runner.run(agent, 'Weather in Oslo?', { stream: true });
    let text = '';
    const items: string[] = [];
    for await (const event of result) {
      if (event.type === 'run_item_stream_event') items.push(event.name);
      if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') {
        text += event.data.delta;
      }
    }
    await result.completed;
    expect(text).toBe(result.finalOutput);
    expect(text).toContain('The tool answered: Oslo: sunny');
    expect(items).toEqual([
      'reasoning_item_created',
      'tool_called',
      'tool_output',
      'reasoning_item_created',
      'message_output_created',
    ]);
  });

  it('fails when the answer breaks', async () => {
    service.backend.enqueue({
      steps: [{ data: chunks.text('half') }, { waitMs: 20 }, { cut: true }],
    });
    const result = await runner.run(new Agent({ name: 'A' }), 'x', { stream: true });
    const types: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of result) types.push(event.type);
      await result.completed;
    };
    await expect(read()).rejects.toThrow();
    expect(types).toContain('raw_model_stream_event');
  });
});

/** OpenAI's compatibility test for gpt-oss looks at this (openai/gpt-oss, folder compatibility-test, November 2026). */
describe('a gpt-oss model with default settings', () => {
  const model = 'openai/gpt-oss-120b';
  const ran: unknown[] = [];
  const note = (given: unknown) => {
    ran.push(given);
    return 'done';
  };
  const nothing = z.object({});
  const page = z.object({ markdown: z.string() });
  const chart = z.object({
    kind: z.enum(['line', 'bar']),
    title: z.string().nullable(),
    points: z.array(z.object({ x: z.number(), y: z.number() })),
  });
  const cases = [
    { name: 'check_health', parameters: nothing, given: {} },
    { name: 'to_html', parameters: page, given: { markdown: '# Fjord\n\n- "blå" & grønn\n' } },
    {
      name: 'draw_chart',
      parameters: chart,
      given: { kind: 'bar', title: null, points: [{ x: 1, y: -2.5 }] },
    },
  ] as const;
  const played = cases.flatMap((one) => [true, false].map((stream) => ({ ...one, stream })));

  it.each(played)('calls $name and answers (stream: $stream)', async (played) => {
    const { name, parameters, given, stream } = played;
    const called = tool({ name, description: name, parameters, execute: note });
    const agent = new Agent({ name, model, tools: [called] });
    const pieces = JSON.stringify(given).match(/.{1,7}/gsu) ?? [];
    service.backend.enqueue(
      streamOf(
        chunks.reasoning('The user '),
        chunks.reasoning('wants a tool.'),
        chunks.callStart(0, { id: `call_${name}`, name }),
        ...pieces.map((piece) => chunks.callArguments(0, piece)),
        chunks.finish('tool_calls'),
      ),
      streamOf(chunks.reasoning('It ran.'), chunks.text('It is done.'), chunks.finish('stop')),
    );
    ran.length = 0;
    const result = stream
      ? await runner.run(agent, 'Please.', { stream: true })
      : await runner.run(agent, 'Please.');
    const types: string[] = [];
    // The SDK hands out what came over the wire: whole answers, or the events of streams.
    const answers = result.rawResponses.map(({ providerData }) => providerData);
    if ('completed' in result) {
      for await (const event of result) {
        if (event.type !== 'raw_model_stream_event' || event.data.type !== 'model') continue;
        const sent = event.data.event as OpenAI.Responses.ResponseStreamEvent;
        types.push(sent.type);
        if (sent.type === 'response.completed') answers.push({ ...sent.response });
      }
      await result.completed;
    }
    expect(service.backend.lastCall.body).toMatchObject({ model });
    expect(ran).toEqual([given]);
    expect(result.finalOutput).toBe('It is done.');
    const thought = (text: string) => ({
      type: 'reasoning',
      content: [{ type: 'reasoning_text', text }],
    });
    expect(answers).toMatchObject([
      { output: [thought('The user wants a tool.'), { type: 'function_call', name }] },
      { output: [thought('It ran.'), { type: 'message', content: [{ text: 'It is done.' }] }] },
    ]);
    // By default thoughts stream as a summary, which every client shows; REASONING_FORMAT=raw streams them as content.
    const thinking = ['delta', 'done'].map((end) => `response.reasoning_summary_text.${end}`);
    const isTold = thinking.map((type) => types.includes(type));
    expect(isTold).toEqual([stream, stream]);
  });
});

describe('a computer that the client operates', () => {
  it('is clicked and typed into by a model that sees its screen', async () => {
    const done: string[] = [];
    const note = (text: string) => Promise.resolve(void done.push(text));
    const screen = computerTool({
      computer: {
        environment: 'browser',
        dimensions: [1024, 768],
        click: (x, y, button) => note(`click ${x},${y} ${button}`),
        doubleClick: (x, y) => note(`double ${x},${y}`),
        drag: (path) => note(`drag ${JSON.stringify(path)}`),
        keypress: (keys) => note(`keys ${keys.join('+')}`),
        move: (x, y) => note(`move ${x},${y}`),
        screenshot: () => Promise.resolve('U0NSRUVO'),
        scroll: (x, y, dx, dy) => note(`scroll ${x},${y} ${dx},${dy}`),
        type: (text) => note(`type ${text}`),
        wait: () => note('wait'),
      },
    });
    const agent = new Agent({ name: 'Clerk', tools: [screen] });
    service.backend.enqueue(
      callOf(
        'computer',
        '{"actions":[{"type":"click","x":10,"y":20},{"type":"type","text":"Oslo"},{"type":"keypress","keys":["ENTER"]}]}',
      ),
      callOf('computer', '{"actions":[{"type":"scroll","x":1,"y":2,"scroll_y":300}]}'),
      streamOf(chunks.text('It is sunny.'), chunks.finish('stop')),
    );
    const result = await runner.run(agent, 'Weather in Oslo?', { stream: true });
    await result.completed;
    expect(result.finalOutput).toBe('It is sunny.');
    expect(done).toEqual(['click 10,20 left', 'type Oslo', 'keys ENTER', 'scroll 1,2 0,300']);
    expect(sentMessages().slice(1, 4)).toMatchObject([
      { role: 'assistant', tool_calls: [{ function: { name: 'computer' } }] },
      { role: 'tool', content: 'Done. The screenshot follows.' },
      {
        role: 'user',
        content: [{ type: 'text' }, { image_url: { url: 'data:image/png;base64,U0NSRUVO' } }],
      },
    ]);
  });
});

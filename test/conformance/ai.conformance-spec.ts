import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createOpenAI, type OpenAIProvider } from '@ai-sdk/openai';
import { generateText, isStepCount, Output, streamText, tool, type ModelMessage } from 'ai';
import { z } from 'zod';
import { checkedFetch } from '../support/checked-response.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs the AI SDK's `ai` with `@ai-sdk/openai` and its Responses model. */
let service: Service;
let openai: OpenAIProvider;
const checked = checkedFetch();
const chunks = new ChatChunks('demo');

beforeAll(async () => {
  // It would print that reasoning without encrypted content is not sent back when nothing is stored.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
  service = await startService();
  openai = createOpenAI({ baseURL: service.baseURL, apiKey: TEST_KEY, fetch: checked.fetch });
});
afterEach(() => checked.settled());
afterAll(() => service.close());

const tools = {
  get_weather: tool({
    description: 'The weather of a city',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => `${city}: sunny`,
  }),
};

const weatherCall = () =>
  streamOf(
    chunks.reasoning('I need the weather.'),
    chunks.callStart(0, { id: 'call_1', name: 'get_weather' }),
    chunks.callArguments(0, '{"city":'),
    chunks.callArguments(0, '"Oslo"}'),
    chunks.finish('tool_calls'),
  );

interface ChatBody {
  messages: { role: string; content: unknown }[];
}
const sentMessages = () => (service.backend.lastCall.body as ChatBody).messages;

describe('generateText', () => {
  it('gives text, reasoning, usage and the finish reason', async () => {
    const result = await generateText({ model: openai.responses('demo'), prompt: 'Say hello' });
    expect(result.text).toContain('You said: Say hello');
    expect(result.finalStep.reasoningText).toContain('A short answer will do.');
    expect(result.finishReason).toBe('stop');
    expect(result.usage.totalTokens).toBeGreaterThan(0);
    expect(result.usage.outputTokenDetails.reasoningTokens).toBeGreaterThan(0);
    expect(result.warnings ?? []).toEqual([]);
  });

  it('says that the answer was cut', async () => {
    const model = openai.responses('demo');
    const result = await generateText({ model, prompt: 'Hello', maxOutputTokens: 16 });
    expect(result.finishReason).toBe('length');
  });

  it('runs tools and goes on by itself', async () => {
    service.backend.enqueue(weatherCall());
    const result = await generateText({
      model: openai.responses('demo'),
      instructions: 'You are a weather service.',
      prompt: 'Weather in Oslo?',
      tools,
      stopWhen: isStepCount(3),
    });
    expect(result.steps.map((step) => step.finishReason)).toEqual(['tool-calls', 'stop']);
    expect(result.text).toContain('The tool answered: Oslo: sunny');
    const roles = sentMessages().map((message) => message.role);
    expect(roles).toEqual(['system', 'user', 'assistant', 'tool']);
  });

  it('fills an object by its schema', async () => {
    const result = await generateText({
      model: openai.responses('demo'),
      prompt: 'Who?',
      output: Output.object({ schema: z.object({ name: z.string(), age: z.number() }) }),
    });
    expect(result.output).toEqual({ name: 'demo name', age: 42 });
  });

  it('sends images and text', async () => {
    await generateText({
      model: openai.responses('demo'),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'file', mediaType: 'image/png', data: Buffer.from('png').toString('base64') },
          ],
        },
      ],
    });
    expect(sentMessages()).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,cG5n' } },
        ],
      },
    ]);
  });

  const withPdf: ModelMessage[] = [
    {
      role: 'user',
      content: [
        { type: 'file', mediaType: 'application/pdf', data: 'JVBERi0xLjQK', filename: 'a.pdf' },
      ],
    },
  ];

  it('says that the backend takes no PDF', async () => {
    const result = generateText({
      model: openai.responses('demo'),
      messages: withPdf,
      maxRetries: 0,
    });
    await expect(result).rejects.toMatchObject({
      statusCode: 400,
      data: { error: { param: 'input[0].content[0]', code: 'unsupported_parameter' } },
    });
  });

  it('sends a PDF to a backend that takes it', async () => {
    const other = await startService({ BACKEND_DIALECT: 'openai' });
    const provider = createOpenAI({ baseURL: other.baseURL, apiKey: TEST_KEY });
    await generateText({ model: provider.responses('demo'), messages: withPdf });
    expect((other.backend.lastCall.body as ChatBody).messages[0]?.content).toEqual([
      {
        type: 'file',
        file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' },
      },
    ]);
    await other.close();
  });
});

describe('streamText', () => {
  it('streams reasoning, calls, results and text over several steps', async () => {
    service.backend.enqueue(weatherCall());
    const result = streamText({
      model: openai.responses('demo'),
      prompt: 'Weather in Oslo?',
      tools,
      stopWhen: isStepCount(3),
    });
    const seen = new Set<string>();
    let reasoning = '';
    for await (const part of result.stream) {
      seen.add(part.type);
      if (part.type === 'reasoning-delta') reasoning += part.text;
      if (part.type === 'error') throw part.error;
    }
    for (const type of ['reasoning-start', 'reasoning-end', 'tool-input-delta', 'tool-call']) {
      expect(seen).toContain(type);
    }
    expect(reasoning).toContain('I need the weather.');
    expect(await result.text).toContain('The tool answered: Oslo: sunny');
    expect(await result.finishReason).toBe('stop');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it('streams an object', async () => {
    const result = streamText({
      model: openai.responses('demo'),
      prompt: 'Who?',
      output: Output.object({ schema: z.object({ name: z.string() }) }),
    });
    expect(await result.output).toEqual({ name: 'demo name' });
  });
});

describe('a second turn', () => {
  async function twoTurns(store: boolean | undefined) {
    const model = openai.responses('demo');
    const providerOptions = store === undefined ? {} : { openai: { store } };
    service.backend.enqueue(weatherCall());
    const first = await generateText({
      model,
      prompt: 'Weather in Oslo?',
      tools,
      stopWhen: isStepCount(3),
      providerOptions,
    });
    const messages: ModelMessage[] = [
      { role: 'user', content: 'Weather in Oslo?' },
      ...first.responseMessages,
      { role: 'user', content: 'Thanks!' },
    ];
    const second = await generateText({ model, messages, tools, providerOptions });
    return { first, second };
  }

  it('store: false sends everything back', async () => {
    const { first, second } = await twoTurns(false);
    expect(second.text).toContain('You said: Thanks!');
    expect(sentMessages()).toMatchObject([
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'get_weather' } }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'Oslo: sunny' },
      { role: 'assistant', content: first.text },
      { role: 'user', content: 'Thanks!' },
    ]);
  });

  it('by default sends references, which are resolved from the store', async () => {
    const { first, second } = await twoTurns(undefined);
    expect(second.text).toContain('You said: Thanks!');
    expect(sentMessages()).toMatchObject([
      { role: 'user', content: 'Weather in Oslo?' },
      { role: 'assistant', tool_calls: [{ function: { name: 'get_weather' } }] },
      { role: 'tool', content: 'Oslo: sunny' },
      { role: 'assistant', content: first.text },
      { role: 'user', content: 'Thanks!' },
    ]);
    const header = second.finalStep.response.headers?.['x-responses-warnings'] ?? '';
    expect(header).not.toContain('item_skipped');
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HumanMessage, SystemMessage, type AIMessageChunk } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import { checkedFetch } from '../support/checked-response.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Runs LangChain's ChatOpenAI with useResponsesApi. */
let service: Service;
let model: ChatOpenAI;
const checked = checkedFetch();
const chunks = new ChatChunks('demo');

beforeAll(async () => {
  service = await startService();
  model = new ChatOpenAI({
    model: 'demo',
    apiKey: TEST_KEY,
    useResponsesApi: true,
    maxRetries: 0,
    configuration: { baseURL: service.baseURL, fetch: checked.fetch },
  });
});
afterEach(() => checked.settled());
afterAll(() => service.close());

const weather = tool(({ city }) => `${city}: sunny`, {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: z.object({ city: z.string() }),
});

const weatherCall = () =>
  streamOf(
    chunks.callStart(0, { id: 'call_1', name: 'get_weather' }),
    chunks.callArguments(0, '{"city":"Oslo"}'),
    chunks.finish('tool_calls'),
  );

/** LangChain's types lose the usage of a message without type arguments. */
function expectUsage(message: { usage_metadata?: unknown } | undefined): void {
  const usage = z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      total_tokens: z.number(),
      output_token_details: z.object({ reasoning: z.number().positive() }),
    })
    .parse(message?.usage_metadata);
  expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
}

describe('ChatOpenAI', () => {
  it('invokes', async () => {
    const answer = await model.invoke([new SystemMessage('Be kind.'), new HumanMessage('Hi')]);
    expect(answer.text).toContain('You said: Hi');
    expectUsage(answer);
    expect(service.backend.lastCall.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
      ],
    });
  });

  it('streams, usage included', async () => {
    let whole: AIMessageChunk | undefined;
    let pieces = 0;
    for await (const chunk of await model.stream('Say hello')) {
      whole = whole === undefined ? chunk : whole.concat(chunk);
      pieces += 1;
    }
    expect(pieces).toBeGreaterThan(3);
    expect(whole?.text).toContain('You said: Say hello');
    expectUsage(whole);
  });

  it.each(['invoke', 'stream'] as const)('round trip of a tool by %s', async (method) => {
    const bound = model.bindTools([weather]);
    service.backend.enqueue(weatherCall());
    const question = new HumanMessage('Weather in Oslo?');
    const call = method === 'invoke' ? await bound.invoke([question]) : await streamed(question);
    expect(call.tool_calls).toMatchObject([
      { id: 'call_1', name: 'get_weather', args: { city: 'Oslo' } },
    ]);
    const result = await weather.invoke(call.tool_calls![0]!);
    const answer = await bound.invoke([question, call, result]);
    expect(answer.text).toContain('The tool answered: Oslo: sunny');
    expect(service.backend.lastCall.body).toMatchObject({
      messages: [
        { role: 'user', content: 'Weather in Oslo?' },
        { role: 'assistant', tool_calls: [{ id: 'call_1' }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'Oslo: sunny' },
      ],
    });
  });

  async function streamed(question: HumanMessage): Promise<AIMessageChunk> {
    let whole: AIMessageChunk | undefined;
    for await (const chunk of await model.bindTools([weather]).stream([question])) {
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    if (whole === undefined) throw new Error('nothing came');
    return whole;
  }

  it('gives an object by a schema', async () => {
    const structured = model.withStructuredOutput(z.object({ name: z.string(), age: z.number() }), {
      name: 'person',
      method: 'jsonSchema',
    });
    expect(await structured.invoke('Who?')).toEqual({ name: 'demo name', age: 42 });
    expect(service.backend.lastCall.body).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'person' } },
    });
  });

  it('gives an object by a forced function', async () => {
    const structured = model.withStructuredOutput(z.object({ city: z.string() }), {
      name: 'place',
      method: 'functionCalling',
    });
    expect(await structured.invoke('Where?')).toEqual({ city: 'Paris' });
  });

  it('goes on with its own answer', async () => {
    const first = await model.invoke('One');
    await model.invoke([new HumanMessage('One'), first, new HumanMessage('Two')]);
    expect(service.backend.lastCall.body).toMatchObject({
      messages: [
        { role: 'user', content: 'One' },
        { role: 'assistant', content: first.text },
        { role: 'user', content: 'Two' },
      ],
    });
  });

  it('throws with the status and the code', async () => {
    service.backend.enqueue(jsonReply(401, { error: { message: 'No.' } }));
    await expect(model.invoke('x')).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countByInputTokens } from '../../src/responses/backend/token-count/count-by-input-tokens.js';
import type { TokenCountCall } from '../../src/responses/backend/token-count/token-count-call.js';
import { eventViolations } from '../../src/testing/event-invariants.js';
import { eventSchemaViolations } from '../support/open-responses-schema.js';
import { parseEventStream } from '../../src/testing/sse-text.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { llamaServer, tellMissing } from './support/llama-files.js';
import { startLlamaServer, type LlamaServer } from './support/llama-server.js';
import { toolCallToken } from './support/tiny-model.js';

/** Puts a real llama-server behind the proxy, with a tiny model of random weights. */
if (llamaServer === undefined) tellMissing('llama-server');

const colours = { type: 'object', properties: { colour: { enum: ['red', 'green'] } } };
const schema = { ...colours, required: ['colour'], additionalProperties: false };
/** A model that says noise has to be pushed to call; what it then calls, the grammar decides. */
const calling = {
  tool_choice: 'required',
  parallel_tool_calls: false,
  logit_bias: { [toolCallToken]: 100 },
  max_output_tokens: 300,
};
const tools = [{ type: 'function', name: 'paint', description: 'Paints.', parameters: schema }];

interface Answer {
  status: string;
  output: Record<string, unknown>[];
  usage: { input_tokens: number; output_tokens: number };
}

(llamaServer === undefined ? describe.skip : describe)('a real llama-server', () => {
  let llama: LlamaServer;
  let proxy: StartedApp;
  beforeAll(async () => {
    llama = await startLlamaServer(llamaServer ?? '');
    proxy = await startApp({ BACKEND_URL: llama.url, BACKEND_DIALECT: 'llamacpp' });
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await llama.close();
  });

  const post = (body: Record<string, unknown>): Promise<Response> =>
    fetch(`${proxy.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny', input: 'Hi', temperature: 0, ...body }),
    });
  const ask = async (body: Record<string, unknown>): Promise<Answer> => {
    const reply = await post(body);
    const text = await reply.text();
    if (!reply.ok) throw new Error(text);
    return JSON.parse(text) as Answer;
  };
  const stream = async (body: Record<string, unknown>) => {
    const events = parseEventStream(await (await post({ ...body, stream: true })).text());
    expect(eventViolations(events)).toEqual([]);
    expect(events.flatMap(eventSchemaViolations)).toEqual([]);
    return events;
  };

  it('text, cut by the limit, with usage', async () => {
    const answer = await ask({ max_output_tokens: 20 });
    expect(answer).toMatchObject({
      status: 'incomplete',
      output: [{ type: 'message', content: [{ type: 'output_text' }] }],
      usage: { output_tokens: 20 },
    });
    expect(answer.usage.input_tokens).toBeGreaterThan(5);
  });

  it.each([{}, { tools, instructions: 'You paint.' }])(
    'the tokens of a prompt before it is answered, as its usage has them: %j',
    async (fields) => {
      const reply = await fetch(`${proxy.url}/v1/responses/input_tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'tiny', input: 'Hi', ...fields }),
      });
      expect(reply.headers.get('x-input-tokens')).toBe('backend');
      const { input_tokens: counted } = (await reply.json()) as { input_tokens: number };
      const { usage } = await ask({ ...fields, max_output_tokens: 1 });
      expect(counted).toBe(usage.input_tokens);
    },
  );

  it('the same tokens in the way of old builds, from the prompt', async () => {
    const post: TokenCountCall['post'] = async (url, body) => {
      if (url.pathname.endsWith('/input_tokens'))
        return { status: 404, headers: {}, body: Buffer.alloc(0) };
      const reply = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
      return { status: reply.status, headers: {}, body: Buffer.from(await reply.arrayBuffer()) };
    };
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const request = { model: 'tiny', messages, stream: true as const };
    const counted = await countByInputTokens(request, { backendUrl: new URL(llama.url), post });
    expect(counted).toBe((await ask({ max_output_tokens: 1 })).usage.input_tokens);
  });

  it('the context of a slot is read from its list, for truncation: auto', async () => {
    const models = proxy.provider('Backends').main.catalog;
    await models.refresh();
    const reply = await fetch(`${proxy.url}/v1/models`);
    const { data } = (await reply.json()) as { data: { id: string; meta: { n_ctx: number } }[] };
    const [model] = data;
    expect(model?.meta.n_ctx).toBeGreaterThan(0);
    expect(models.contextWindow(model?.id ?? '')).toBe(model?.meta.n_ctx);
  });

  it('a stream, the same as without one', async () => {
    const events = await stream({ max_output_tokens: 20 });
    const last = events.at(-1);
    expect(last?.type).toBe('response.incomplete');
    const [message] = (await ask({ max_output_tokens: 20 })).output;
    expect(last).toMatchObject({ response: { output: [{ content: message?.content }] } });
    expect(
      events.filter(({ type }) => type === 'response.output_text.delta').length,
    ).toBeGreaterThan(5);
  });

  it('json_schema, kept by a grammar', async () => {
    const text = { format: { type: 'json_schema', name: 'colours', schema, strict: true } };
    const { status, output } = await ask({ text, max_output_tokens: 200 });
    expect(status).toBe('completed');
    const [part] = output[0]?.content as { text: string }[];
    expect(['red', 'green']).toContain((JSON.parse(part?.text ?? '') as { colour: string }).colour);
  });

  it('tool calls, kept by a grammar, streamed until the limit cuts one', async () => {
    const last = (await stream({ tools, ...calling })).at(-1);
    const output = last !== undefined && 'response' in last ? last.response.output : [];
    const calls = output.filter((item) => item.type === 'function_call');
    const whole = calls.filter(({ status }) => status === 'completed');
    expect(whole.length).toBeGreaterThanOrEqual(Math.max(1, calls.length - 1));
    expect(new Set(calls.map(({ call_id: id }) => id)).size).toBe(calls.length);
    for (const call of whole) {
      expect(call.name).toBe('paint');
      const { colour } = JSON.parse(call.arguments) as { colour: string };
      expect(['red', 'green']).toContain(colour);
    }
  });

  it('a tool round goes on', async () => {
    const { output } = await ask({ tools, ...calling });
    const [call] = output;
    const round = [
      { type: 'message', role: 'user', content: 'Paint' },
      call,
      { type: 'function_call_output', call_id: call?.call_id, output: 'done' },
    ];
    const answer = await ask({ input: round, tools, max_output_tokens: 5 });
    expect(answer.usage.output_tokens).toBe(5);
  });

  it('a conversation that is too long has the code that clients know', async () => {
    const reply = await post({ input: 'word '.repeat(5000) });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });

  it('a late system message is taken', async () => {
    const input = [
      { type: 'message', role: 'user', content: 'Hi' },
      { type: 'message', role: 'developer', content: 'Be brief.' },
      { type: 'message', role: 'user', content: 'Go on' },
    ];
    expect((await ask({ input, instructions: 'You paint.', max_output_tokens: 3 })).status).toBe(
      'incomplete',
    );
  });
});

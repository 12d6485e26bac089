import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventViolations } from '../../src/testing/event-invariants.js';
import { parseEventStream } from '../../src/testing/sse-text.js';
import { eventSchemaViolations } from '../support/open-responses-schema.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { llamaServer, tellMissing } from './support/llama-files.js';
import { startLlamaServer, type LlamaServer } from './support/llama-server.js';

/** Asks a real llama-server, with a tiny model of random weights, in its own Responses API. */
if (llamaServer === undefined) tellMissing('llama-server');

const colours = { type: 'object', properties: { colour: { enum: ['red', 'green'] } } };
const schema = { ...colours, required: ['colour'], additionalProperties: false };
const tools = [{ type: 'function', name: 'paint', description: 'Paints.', parameters: schema }];

interface Answer {
  status: string;
  output: Record<string, unknown>[];
  usage: { input_tokens: number; output_tokens: number };
}

(llamaServer === undefined ? describe.skip : describe)('a llama-server’s /v1/responses', () => {
  let llama: LlamaServer;
  let proxy: StartedApp;
  beforeAll(async () => {
    llama = await startLlamaServer(llamaServer ?? '');
    const api = { BACKEND_API: 'responses', BACKEND_DIALECT: 'llamacpp' };
    proxy = await startApp({ BACKEND_URL: llama.url, ...api });
  }, 60_000);
  afterAll(async () => {
    await proxy.close();
    await llama.close();
  });

  const post = (body: object, path = ''): Promise<Response> =>
    fetch(`${proxy.url}/v1/responses${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny', input: 'Hi', ...body }),
    });
  const ask = async (body: object): Promise<Answer> => {
    const reply = await post({ temperature: 0, ...body });
    const text = await reply.text();
    if (!reply.ok) throw new Error(text);
    return JSON.parse(text) as Answer;
  };

  it('text with usage, the same as a stream and without one', async () => {
    const whole = await ask({ max_output_tokens: 20 });
    expect(whole).toMatchObject({ output: [{ type: 'message' }], usage: { output_tokens: 20 } });
    const reply = await post({ temperature: 0, max_output_tokens: 20, stream: true });
    const events = parseEventStream(await reply.text());
    expect(eventViolations(events)).toEqual([]);
    expect(events.flatMap(eventSchemaViolations)).toEqual([]);
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
    expect(deltas.length).toBeGreaterThan(5);
    const [message] = whole.output;
    expect(events.at(-1)).toMatchObject({ response: { output: [{ content: message?.content }] } });
  });

  it('json_schema, kept by a grammar', async () => {
    const text = { format: { type: 'json_schema', name: 'colours', schema, strict: true } };
    const { output } = await ask({ text, max_output_tokens: 200 });
    const [part] = output[0]?.content as { text: string }[];
    expect(['red', 'green']).toContain((JSON.parse(part?.text ?? '') as { colour: string }).colour);
  });

  it('a tool round goes on, with a thought and a late system message', async () => {
    const round = [
      { type: 'message', role: 'user', content: 'Paint' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Red is right.' }] },
      { type: 'function_call', call_id: 'call_1', name: 'paint', arguments: '{"colour":"red"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'done' },
      { type: 'message', role: 'developer', content: 'Be brief.' },
      { type: 'message', role: 'user', content: 'Go on' },
    ];
    const answer = await ask({ input: round, tools, max_output_tokens: 5 });
    expect(answer.usage.output_tokens).toBe(5);
  });

  it('the tokens of a prompt before it is answered, as its usage has them', async () => {
    const reply = await post({ tools, instructions: 'You paint.' }, '/input_tokens');
    expect(reply.headers.get('x-input-tokens')).toBe('backend');
    const { input_tokens: counted } = (await reply.json()) as { input_tokens: number };
    const { usage } = await ask({ tools, instructions: 'You paint.', max_output_tokens: 1 });
    expect(counted).toBe(usage.input_tokens);
  });

  it('a conversation that is too long has the code that clients know', async () => {
    const reply = await post({ input: 'word '.repeat(5000) });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });

  it('an answer over previous_response_id', async () => {
    const first = (await ask({ max_output_tokens: 3 })) as unknown as { id: string };
    const next = await ask({ previous_response_id: first.id, max_output_tokens: 3 });
    expect(next.usage.input_tokens).toBeGreaterThan(5);
  });
});

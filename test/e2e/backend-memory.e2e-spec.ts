import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatRequest } from '../../src/contracts/chat/request.js';
import { eventViolations } from '../../src/testing/event-invariants.js';
import { parseEventStream } from '../../src/testing/sse-text.js';
import { ChatChunks, jsonReply, streamOf, type Script } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

/** Shows what one request teaches for the next: forms that a backend refuses, and what calls were thought of. */

const chunks = new ChatChunks('m');
const tools = ['f', 'g'].map((name) => ({
  type: 'function',
  name,
  parameters: { type: 'object' },
}));

function calls(name: string, id: string, ...before: unknown[]): Script {
  return streamOf(
    chunks.role(),
    ...before,
    chunks.callStart(0, { id, name, arguments: '{}' }),
    chunks.finish('tool_calls'),
  );
}

let service: Service;
const sent = (): ChatRequest => service.backend.lastCall.body as ChatRequest;
const ask = async (body: object, key = 'key-one'): Promise<Record<string, unknown>> => {
  const headers = { authorization: `Bearer ${key}` };
  const reply = await service.post({ model: 'm', tools, store: false, ...body }, { headers });
  return (await reply.json()) as Record<string, unknown>;
};

describe('a backend that refuses a form of a field', () => {
  beforeAll(async () => {
    service = await startService({ BACKEND_RETRIES: '0' });
  });
  afterAll(() => service.close());
  const refusal = jsonReply(400, { error: { message: 'tool_choice must be a string' } });
  const choice = { input: 'Hi', tool_choice: { type: 'function', name: 'f' } };

  it('is asked again in another form, and at once in that form from then on', async () => {
    service.backend.enqueue(refusal, calls('f', 'c1'));
    const first = await ask(choice);
    expect(first).toMatchObject({ status: 'completed', output: [{ name: 'f' }] });
    expect(sent().tool_choice).toBe('required');

    const before = service.backend.calls.length;
    service.backend.enqueue(calls('g', 'c2'));
    const second = await ask(choice);
    expect(service.backend.calls).toHaveLength(before + 1);
    expect(sent().tool_choice).toBe('required');
    // The call of the tool that was not chosen is left out.
    expect(JSON.stringify(second.output)).not.toContain('"g"');
  });

  it('keeps one lesson while it learns the next', async () => {
    const second = jsonReply(400, {
      error: { message: 'max_tokens: use max_completion_tokens, max_tokens is not supported' },
    });
    service.backend.enqueue(refusal, second, calls('f', 'c3'));
    const before = service.backend.calls.length;
    const answer = await ask({ ...choice, model: 'twice', max_output_tokens: 50 });
    expect(answer).toMatchObject({ status: 'completed' });
    expect(service.backend.calls).toHaveLength(before + 3);
    expect(sent()).toMatchObject({ tool_choice: 'required', max_completion_tokens: 50 });
  });

  it('gets its refusal through when it is about something else, and in strict mode', async () => {
    service.backend.enqueue(jsonReply(400, { error: { message: 'temperature is too high' } }));
    expect(await ask({ ...choice, model: 'other' })).toMatchObject({
      error: { code: 'invalid_request' },
    });
    service.backend.enqueue(refusal);
    const headers = { 'x-strict': 'true' };
    const strict = await service.post({ model: 'third', tools, ...choice }, { headers });
    expect(strict.status).toBe(400);
  });
});

describe('a client that drops the thoughts of its calls', () => {
  beforeAll(async () => {
    service = await startService({ BACKEND_DIALECT: 'deepseek' });
  });
  afterAll(() => service.close());
  const next = (id: string): object => ({
    input: [
      { role: 'user', content: 'Hi' },
      { type: 'function_call', call_id: id, name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: id, output: 'x' },
    ],
  });
  const thought = (): unknown =>
    (sent().messages[1] as { reasoning_content?: string }).reasoning_content;

  it('has them put back, and nobody else has', async () => {
    service.backend.enqueue(
      calls('f', 'call_7', chunks.reasoning('I need '), chunks.reasoning('f.')),
    );
    await ask({ input: 'Hi' });
    await ask(next('call_7'));
    expect(thought()).toBe('I need f.');
    await ask(next('call_7'), 'key-two');
    expect(thought()).toBe(' ');
  });
});

describe('a thought signature of Gemini', () => {
  beforeAll(async () => {
    service = await startService({ BACKEND_DIALECT: 'gemini' });
  });
  afterAll(() => service.close());
  const extra_content = { google: { thought_signature: 'SIGNED' } };
  const call = {
    index: 0,
    id: 'call_s',
    type: 'function',
    function: { name: 'f', arguments: '{}' },
    extra_content,
  };
  const signs = streamOf(
    chunks.role(),
    chunks.choice({ tool_calls: [call] }),
    chunks.finish('tool_calls'),
  );

  it('goes back out of the seal that the client carries, where no memory has it', async () => {
    service.backend.enqueue(signs);
    const { output } = await ask({ input: 'Hi', include: ['reasoning.encrypted_content'] });
    expect(output).toMatchObject([
      { type: 'function_call' },
      { type: 'reasoning', summary: [], encrypted_content: expect.any(String) },
    ]);
    expect(JSON.stringify(output)).not.toContain('SIGNED');
    const result = { type: 'function_call_output', call_id: 'call_s', output: 'x' };
    // Another key has another memory.
    await ask(
      { input: [{ role: 'user', content: 'Hi' }, ...(output as object[]), result] },
      'key-two',
    );
    expect(sent().messages[1]).toMatchObject({ tool_calls: [{ id: 'call_s', extra_content }] });
  });

  it('goes back with its call', async () => {
    service.backend.enqueue(signs);
    const { output } = await ask({ input: 'Hi' });
    expect(output).toMatchObject([{ type: 'function_call' }]);
    await ask({
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'function_call', call_id: 'call_s', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_s', output: 'x' },
      ],
    });
    expect(sent().messages[1]).toMatchObject({ tool_calls: [{ id: 'call_s', extra_content }] });
  });
});

describe('blocks of reasoning without a text', () => {
  beforeAll(async () => {
    service = await startService({ BACKEND_DIALECT: 'openrouter' });
  });
  afterAll(() => service.close());

  it('go back out of the seal that the client carries, in a stream of valid events', async () => {
    const reasoning_details = [{ type: 'reasoning.encrypted', data: 'OPAQUE', index: 0 }];
    service.backend.enqueue(calls('f', 'call_e', chunks.choice({ reasoning_details })));
    const body = { model: 'm', tools, store: false, stream: true, input: 'Hi' };
    const include = ['reasoning.encrypted_content'];
    const headers = { authorization: 'Bearer key-one' };
    const reply = await service.post({ ...body, include }, { headers });
    const events = parseEventStream(await reply.text());
    expect(eventViolations(events)).toEqual([]);
    const last = events.at(-1);
    const output = last !== undefined && 'response' in last ? last.response.output : [];
    expect(output.map(({ type }) => type)).toEqual(['function_call', 'reasoning']);
    const result = { type: 'function_call_output', call_id: 'call_e', output: 'x' };
    await ask({ input: [{ role: 'user', content: 'Hi' }, ...output, result] }, 'key-two');
    expect(sent().messages[1]).toMatchObject({ reasoning_details });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readError } from '../support/checked-response.js';
import { ChatChunks, jsonReply, streamOf } from '../support/scripted-backend.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

/** Codex asks for summaries of earlier sessions: POST /v1/memories/trace_summarize. */

const chunks = new ChatChunks('demo');
const says = (text: string) => streamOf(chunks.text(text), chunks.finish('stop'));
const trace = (text: string) => ({
  id: 'session',
  metadata: { source_path: '/sessions/a.jsonl' },
  items: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
});

let service: Service;
beforeAll(async () => {
  service = await startService({ BACKEND_RETRIES: '0' });
});
afterAll(() => service.close());

const summarize = (body: unknown) =>
  fetch(`${service.baseURL}/memories/trace_summarize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TEST_KEY}` },
    body: JSON.stringify(body),
  });

describe('the summaries of traces', () => {
  it('are written by the model, one call for each, in their order', async () => {
    const from = service.backend.calls.length;
    service.backend.enqueue(
      says('{"trace_summary":"Painted the wall.","memory_summary":"Wall."}'),
      says('```json\n{"trace_summary":"Painted the door.","memory_summary":"Door."}\n```'),
      says('A window.\nIt is open.'),
    );
    const traces = ['wall', 'door', 'window'].map(trace);
    const reply = await summarize({ model: 'demo', traces, reasoning: { effort: 'low' } });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({
      output: [
        { trace_summary: 'Painted the wall.', memory_summary: 'Wall.' },
        { trace_summary: 'Painted the door.', memory_summary: 'Door.' },
        { trace_summary: 'A window.\nIt is open.', memory_summary: 'A window.' },
      ],
    });
    const calls = service.backend.calls.slice(from).map(({ body }) => body);
    expect(calls).toHaveLength(3);
    expect(calls[0]).toMatchObject({
      reasoning_effort: 'low',
      response_format: { type: 'json_schema' },
      messages: [{ role: 'system' }, { role: 'user', content: expect.stringContaining('wall') }],
    });
  });

  it('lose the middle of what is too long for any model', async () => {
    service.backend.enqueue(says('{"trace_summary":"Long.","memory_summary":"L."}'));
    const long = `begin ${'x'.repeat(500_000)} end`;
    expect((await summarize({ model: 'demo', traces: [trace(long)] })).status).toBe(200);
    const { messages } = service.backend.lastCall.body as { messages: { content: string }[] };
    expect(messages[1]?.content.length).toBeLessThan(201_000);
    expect(messages[1]?.content).toMatch(/begin[^]*left out[^]*end/);
  });

  it('are none for no traces', async () => {
    expect(await (await summarize({ model: 'demo', traces: [] })).json()).toEqual({ output: [] });
  });

  it.each([
    ['traces', { model: 'demo' }],
    ['traces', { model: 'demo', traces: 'all' }],
    ['traces', { model: 'demo', traces: Array.from({ length: 33 }, () => trace('x')) }],
    ['traces[0]', { model: 'demo', traces: ['x'] }],
    ['traces[0].items', { model: 'demo', traces: [{ id: 'a' }] }],
    ['traces[0].items', { model: 'demo', traces: [{ id: 'a', items: [] }] }],
    ['model', { traces: [trace('x')] }],
  ])('are refused where %s is wrong', async (param, body) => {
    const reply = await summarize(body);
    expect(reply.status).toBe(400);
    expect(await readError(reply)).toMatchObject({ param });
  });

  it('keep the status of an error of the backend', async () => {
    service.backend.enqueue(jsonReply(429, { error: { message: 'slow' } }, { 'retry-after': '7' }));
    const reply = await summarize({ model: 'demo', traces: [trace('x')] });
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('7');
  });
});

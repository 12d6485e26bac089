import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ResponseResource } from '../../src/contracts/responses/response.js';
import { finalResponse, readEvents, readResource } from '../support/checked-response.js';
import { ChatChunks, streamOf, type Script } from '../support/scripted-backend.js';
import { sketchEvents } from '../support/sketch-events.js';
import { postRaw } from '../support/raw-http.js';
import { startService, TEST_KEY, type Service } from '../support/start-service.js';

let service: Service;
const chunks = new ChatChunks('demo');
const request = { model: 'demo', input: 'Hi' };

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** Makes every answer that a backend may give, as a fresh script. */
const answers: [string, () => Script][] = [
  ['text', () => streamOf(chunks.text('Hel'), chunks.text('lo'), chunks.finish('stop'))],
  [
    'reasoning and text',
    () => streamOf(chunks.reasoning('Hm'), chunks.text('Yes'), chunks.finish('stop')),
  ],
  [
    'parallel calls',
    () =>
      streamOf(
        chunks.callStart(0, { id: 'call_a', name: 'f' }),
        chunks.callArguments(0, '{"x":'),
        chunks.callStart(1, { id: 'call_b', name: 'g', arguments: '{}' }),
        chunks.callArguments(0, '1}'),
        chunks.finish('tool_calls'),
      ),
  ],
  ['a refusal', () => streamOf(chunks.choice({ refusal: 'No.' }), chunks.finish('stop'))],
  ['a cut answer', () => streamOf(chunks.text('Once upon'), chunks.finish('length'))],
  ['a filtered answer', () => streamOf(chunks.text('Once'), chunks.finish('content_filter'))],
  [
    'a cut call',
    () =>
      streamOf(
        chunks.callStart(0, { id: 'call_a', name: 'f' }),
        chunks.callArguments(0, '{"x":'),
        chunks.finish('length'),
      ),
  ],
  ['think tags', () => streamOf(chunks.text('<think>Hm</think>Yes'), chunks.finish('stop'))],
  [
    'text without [DONE]',
    () => ({ steps: [{ data: chunks.text('a') }, { data: chunks.finish('stop') }] }),
  ],
  [
    'one JSON body where a stream was asked for',
    () => ({
      headers: { 'content-type': 'application/json' },
      steps: [
        {
          write: JSON.stringify({
            choices: [{ message: { role: 'assistant', content: 'Whole' }, finish_reason: 'stop' }],
          }),
        },
      ],
    }),
  ],
];

function withoutIdsAndTimes(response: ResponseResource): unknown {
  const text = JSON.stringify(response, (key, value: unknown) =>
    key === 'id' || key.endsWith('ed_at') ? undefined : value,
  );
  return JSON.parse(text);
}

describe('stream: true and stream: false agree', () => {
  it.each(answers)('%s', async (_name, script) => {
    service.backend.enqueue(script(), script());
    const tools = [
      { type: 'function', name: 'f', parameters: {} },
      { type: 'function', name: 'g', parameters: {} },
    ];
    const events = await readEvents(await service.post({ ...request, tools, stream: true }));
    const whole = await readResource(await service.post({ ...request, tools, stream: false }));
    expect(withoutIdsAndTimes(finalResponse(events))).toEqual(withoutIdsAndTimes(whole));
    expect(whole.output.length).toBeGreaterThan(0);
  });
});

describe('the stream', () => {
  it('has the right head', async () => {
    const reply = await service.post({ ...request, stream: true });
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.stringMatching(/^req_/),
    });
    expect(reply.headers.has('content-length')).toBe(false);
    await readEvents(reply);
  });

  it('comes token by token, not at the end', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    service.backend.enqueue({
      steps: [
        { data: chunks.text('first') },
        { until: finished },
        ...streamOf(chunks.finish('stop')).steps,
      ],
    });
    const reply = await service.post({ ...request, stream: true });
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"delta":"first"')) text += (await reader.read()).value ?? '';
    expect(text).not.toContain('response.completed');
    finish();
    for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
    expect(text).toContain('response.completed');
  });

  it('has the events of an answer in their order', async () => {
    const usage = chunks.usage({
      prompt_tokens: 9,
      completion_tokens: 2,
      total_tokens: 11,
      prompt_tokens_details: { cached_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 1 },
    });
    service.backend.enqueue(
      streamOf(chunks.reasoning('Hm'), chunks.text('Yes'), chunks.finish('stop'), usage),
    );
    const events = await readEvents(await service.post({ ...request, stream: true }));
    expect(sketchEvents(events).split('\n').slice(0, -1)).toEqual([
      'created',
      'in_progress',
      '0 output_item.added reasoning in_progress',
      '0 reasoning_summary_part.added summary_text',
      '0 reasoning_summary_text.delta "Hm"',
      '0 reasoning_summary_text.done "Hm"',
      '0 reasoning_summary_part.done summary_text',
      '0 output_item.done reasoning completed',
      '1 output_item.added message in_progress',
      '1 content_part.added output_text',
      '1 output_text.delta "Yes"',
      '1 output_text.done "Yes"',
      '1 content_part.done output_text',
      '1 output_item.done message completed',
      'completed usage={input:9,input_details:{cached:8,cache_write:0},output:2,output_details:{reasoning:1},total:11}',
    ]);
  });

  it('asks the backend for a stream with usage, whatever the client asked for', async () => {
    await readResource(await service.post(request));
    expect(service.backend.lastCall.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(service.backend.lastCall.headers.accept).toBe('text/event-stream');
  });

  it('sends a short answer in one write, although it is stored before its end is told', async () => {
    const text = [chunks.text('Hello'), chunks.finish('stop')]
      .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
      .join('');
    service.backend.enqueue({ steps: [{ write: `${text}data: [DONE]\n\n` }] });
    const { writes } = await postRaw(`${service.baseURL}/responses`, {
      body: { ...request, stream: true },
      headers: { authorization: `Bearer ${TEST_KEY}` },
    });
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatch(/"store":true[^]*data: \[DONE\]\n\n$/);
  });

  it('serves one stream after another', async () => {
    for (let round = 0; round < 3; round += 1) {
      await readEvents(await service.post({ ...request, stream: true }));
    }
  });
});

it('REASONING_FORMAT=raw sends reasoning_text events', async () => {
  const raw = await startService({ REASONING_FORMAT: 'raw' });
  const events = await readEvents(await raw.post({ ...request, stream: true }));
  const types = events.map((event) => event.type);
  expect(types).toContain('response.reasoning_text.delta');
  expect(types).not.toContain('response.reasoning_summary_text.delta');
  await raw.close();
});

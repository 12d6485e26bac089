import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executorOf, found } from '../support/fake-tool.js';
import { freePort } from '../support/free-port.js';
import { metric, until } from '../support/metrics.js';
import { ChatChunks, jsonReply, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import type { Script } from '../support/scripted-backend.js';
import { startSeveral, type SeveralBackends } from '../support/several-backends.js';
import { TEST_KEY } from '../support/start-service.js';

const chunks = new ChatChunks('m');
const answer = (text: string) => streamOf(chunks.text(text), chunks.finish('stop'));
const request = { model: 'm', input: 'Hi', stream: true };
const half = 'Half of an answer, which is long enough to be shown at once. ';
const role = { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] };
const refusal = (status: number, headers = {}) =>
  jsonReply(status, { error: { message: 'No.' } }, headers);
const usageOf = (prompt: number, completion: number, cached: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: 0 },
});
const inOrder = [{ model: '*', to: ['a', 'b', 'c'] }];

let service: SeveralBackends;
let before = [0, 0, 0];
const calls = () => [service.a, service.b, service.c].map((one) => one.calls.length);
/** How often each backend was asked in this test. */
const asked = () => calls().map((count, index) => count - (before[index] ?? 0));

const lineOf = (requestId: string) =>
  service.proxy.nextLog((line) => line.msg === 'request_completed' && line.requestId === requestId);

let turns = 0;
async function turn(body: object = request, path = '/v1/responses') {
  const id = `failover-${++turns}`;
  const reply = await service.post(body, { path, headers: { 'x-request-id': id } });
  const text = await reply.text();
  return { reply, text, line: await lineOf(id) };
}

describe('each fault of the first backend, seen from both sides', () => {
  beforeAll(async () => {
    const url = `http://127.0.0.1:${await freePort()}/v1/chat/completions`;
    service = await startSeveral(
      [
        { model: 'refused', to: ['c', 'b'] },
        { model: '*', to: ['a', 'b', 'c'] },
      ],
      {
        a: { firstByteTimeoutSecs: 0.5, idleTimeoutSecs: 1 },
        c: { url },
        fallback: { timeoutSecs: 20 },
      },
    );
  });
  beforeEach(() => {
    before = calls();
  });
  afterAll(() => service.close());

  const stall = { stall: true as const };
  const comment = { write: ': still here\n\n' };
  const falls: [name: string, script: Script, code: string][] = [
    ['429 without a wait', refusal(429), 'rate_limit_exceeded'],
    ['429 with a long wait', refusal(429, { 'retry-after': '60' }), 'rate_limit_exceeded'],
    ['overload', refusal(529), 'server_is_overloaded'],
    ['no status line', { delayMs: 60_000, steps: [] }, 'backend_timeout'],
    ['no byte behind its headers', { steps: [stall] }, 'backend_timeout'],
    ['a role and nothing more', { steps: [{ data: role }, stall] }, 'backend_timeout'],
    ['comments and nothing more', { steps: [comment, comment, stall] }, 'backend_timeout'],
    [
      'a role and a cut',
      { steps: [{ data: role }, { waitMs: 20 }, { cut: true }] },
      'backend_stream_error',
    ],
    [
      'malformed chunks',
      { steps: [{ write: 'data: {"choices": [{\n\n' }] },
      'backend_stream_error',
    ],
    ['an error as an event', streamOf({ error: { message: 'Boom', code: 500 } }), 'backend_error'],
    ['an end without a word', { steps: [] }, 'backend_stream_error'],
    [
      'a page',
      { headers: { 'content-type': 'text/html' }, steps: [{ write: '<html>Hi</html>' }] },
      'backend_stream_error',
    ],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:9/' }, steps: [] },
      'backend_stream_error',
    ],
  ];
  it.each(falls)('%s: the next one answers', async (_, script, code) => {
    service.a.enqueue(script);
    service.b.enqueue(answer('from b'));
    const { reply, text, line } = await turn();
    expect(reply.status).toBe(200);
    expect(text.match(/"delta":"from b"/g)).toHaveLength(1);
    expect(text.match(/^event: response\.created$/gm)).toHaveLength(1);
    expect(text).toContain('response.completed');
    expect(asked()).toEqual([1, 1, 0]);
    expect(line).toMatchObject({ backend: 'b', attempts: 2, fallbacks: [{ backend: 'a', code }] });
  });

  it('a refused connection: the next one answers', async () => {
    service.b.enqueue(answer('from b'));
    const { text, line } = await turn({ ...request, model: 'refused' });
    expect(text).toContain('from b');
    expect(asked()).toEqual([0, 1, 0]);
    expect(line.fallbacks).toEqual([{ backend: 'c', code: 'backend_unavailable' }]);
  });

  it('429 with a short wait: the client is told of it', async () => {
    service.a.enqueue(refusal(429, { 'retry-after': '2' }));
    const { reply } = await turn();
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '2']);
    expect(asked()).toEqual([1, 0, 0]);
  });

  it.each<[string, Script['steps'], string]>([
    ['a stall', [stall], 'backend_timeout'],
    ['a cut', [{ waitMs: 20 }, { cut: true }], 'backend_stream_error'],
    ['an end', [], 'backend_stream_error'],
    ['malformed chunks', [{ write: 'data: {"choices": [{\n\n' }], 'backend_stream_error'],
    [
      'an error as an event',
      [{ data: { error: { message: 'Boom', code: 500 } } }],
      'backend_error',
    ],
  ])('%s in the middle: the response fails, and nobody else is asked', async (_, rest, code) => {
    service.a.enqueue({ steps: [{ data: chunks.text(half) }, ...rest] });
    const { reply, text, line } = await turn();
    expect(reply.status).toBe(200);
    expect(text.split(`"delta":${JSON.stringify(half)}`)).toHaveLength(2);
    expect(text).toContain('response.failed');
    expect(text).not.toContain('response.completed');
    expect(text.trimEnd()).toMatch(/data: \[DONE\]$/);
    expect(asked()).toEqual([1, 0, 0]);
    expect(line).toMatchObject({
      backend: 'a',
      attempts: 1,
      responseStatus: 'failed',
      errorCode: code,
    });
  });

  it('no [DONE] behind a whole answer, and a wrong content type, are no faults', async () => {
    const steps = [{ data: chunks.text(half) }, { data: chunks.finish('stop') }];
    service.a.enqueue({ steps }, { headers: { 'content-type': 'text/html' }, steps });
    for (const time of [1, 2]) {
      const { text } = await turn();
      expect(text).toContain('response.completed');
      expect(asked()).toEqual([time, 0, 0]);
    }
  });

  it('an empty answer is an answer: it is told with a warning, and paid for once', async () => {
    service.a.enqueue(streamOf(chunks.finish('stop')));
    const { text, line } = await turn();
    expect(text).toContain('response.completed');
    expect(line).toMatchObject({ backend: 'a', attempts: 1, warnings: { empty_turn: 1 } });
    expect(asked()).toEqual([1, 0, 0]);
  });

  it('a slow trickle is an answer, however long it takes', async () => {
    const words = Array.from({ length: 8 }, (_, index) => `word${index} `);
    const steps = words.flatMap((word) => [{ data: chunks.text(word) }, { waitMs: 120 }]);
    service.a.enqueue({ steps: [...steps, { data: chunks.finish('stop') }] });
    const { text } = await turn();
    expect(text).toContain(JSON.stringify(words.join('')));
    expect(text).toContain('response.completed');
    expect(asked()).toEqual([1, 0, 0]);
  });

  it('flapping: every request is answered, and the first backend keeps what it can', async () => {
    for (let time = 0; time < 3; time++) service.a.enqueue(refusal(503), answer('from a'));
    for (let time = 0; time < 6; time++) {
      const { reply, text, line } = await turn();
      expect(reply.status).toBe(200);
      expect(text).toContain('response.completed');
      expect(line.backend).toBe(time % 2 === 0 ? 'b' : 'a');
    }
    expect(asked()).toEqual([6, 3, 0]);
  });

  it('chat that is passed on: comments and an error in place of an answer are no answer', async () => {
    const failures: Script[] = [
      { steps: [comment, { waitMs: 20 }, { cut: true }] },
      { steps: [comment, stall] },
      streamOf({ error: { message: 'Boom', code: 503 } }),
      { steps: [] },
    ];
    const chat = { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
    for (const failure of failures) {
      service.a.enqueue(failure);
      service.b.enqueue(answer('from b'));
      const { reply, text, line } = await turn(chat, '/v1/chat/completions');
      expect(reply.status).toBe(200);
      expect(text).toContain('from b');
      expect(text).not.toContain('still here');
      expect(line).toMatchObject({ backend: 'b', attempts: 2 });
    }
    expect(asked()).toEqual([4, 4, 0]);
    service.a.enqueue({ steps: [comment, ...answer('from a').steps] });
    const { text } = await turn(chat, '/v1/chat/completions');
    expect(text).toMatch(/^: still here\n\n/);
    expect(text).toContain('from a');
  });

  it('a client that leaves during the fallback ends it, and what was asked is accounted for', async () => {
    const count = (backend: string, result: string) =>
      metric(
        service.proxy.url,
        `responses_proxy_backend_calls_total{backend="${backend}",model="m",result="${result}"}`,
      );
    const [failed, aborted] = [await count('a', 'failed'), await count('b', 'aborted')];
    service.a.enqueue(refusal(503));
    service.b.enqueue({ delayMs: 60_000, steps: [] });
    const leaving = new AbortController();
    const atB = service.b.nextCall();
    const reply = fetch(`${service.proxy.url}/v1/responses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${TEST_KEY}`,
        'x-request-id': 'gone',
      },
      body: JSON.stringify(request),
      signal: leaving.signal,
    }).catch(() => 'gone');
    const call = await atB;
    leaving.abort();
    expect(await reply).toBe('gone');
    await call.closed;
    expect(call.abortedAt).toBeDefined();
    expect(await lineOf('gone')).toMatchObject({
      clientAborted: true,
      attempts: 2,
      backend: 'b',
      fallbacks: [{ backend: 'a' }],
    });
    expect(asked()).toEqual([1, 1, 0]);
    await until(async () => (await count('b', 'aborted')) === aborted + 1);
    expect(await count('a', 'failed')).toBe(failed + 1);
  });
});

describe('what several backends tell of themselves', () => {
  afterEach(() => service.close());

  it('tokens are those of who answered; each call, fallback and first byte has its backend', async () => {
    service = await startSeveral(inOrder);
    const usage = usageOf(100, 5, 0);
    service.a.enqueue(streamOf({ error: { message: 'Boom', code: 500 }, usage }));
    service.b.enqueue(streamOf(chunks.text('from b'), chunks.finish('stop'), chunks.usage(usage)));
    const { line } = await turn();
    expect(line).toMatchObject({ inputTokens: 100, outputTokens: 5 });
    const value = (series: string) => metric(service.proxy.url, `responses_proxy_${series}`);
    expect(await value('tokens_total{kind="input"}')).toBe(100);
    expect(await value('backend_calls_total{backend="a",model="other",result="failed"}')).toBe(1);
    expect(await value('backend_calls_total{backend="b",model="m",result="completed"}')).toBe(1);
    expect(await value('backend_first_byte_seconds_count{backend="b",model="m"}')).toBe(1);
    expect(await value('fallbacks_total{backend="a",code="backend_error"}')).toBe(1);
    expect(await value('fallbacks_total{backend="b",code="backend_error"}')).toBe(0);
    const exposed = await (await fetch(`${service.proxy.url}/metrics`)).text();
    expect(exposed).toContain('responses_proxy_backend_breaker_state{backend="c"} 0');
  });

  it('of a conversation, how much of the prompt could have been cached and how much was', async () => {
    service = await startSeveral(inOrder);
    const said = (prompt: number, cached: number) =>
      streamOf(
        chunks.text('Yes.'),
        chunks.finish('stop'),
        chunks.usage(usageOf(prompt, 1, cached)),
      );
    service.a.enqueue(said(100, 0), said(150, 96), refusal(503));
    service.b.enqueue(said(170, 0));
    const input = [{ role: 'user', content: 'Hi' }];
    const more = [
      ...input,
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: 'So?' },
    ];
    const cacheable = async (items: object[]) =>
      (await turn({ ...request, input: items })).line.cacheableTokens;
    expect(await cacheable(input)).toBeUndefined();
    expect(await cacheable(more)).toBe(100);
    expect(await cacheable(more)).toBe(150);
    const value = (labels: string) =>
      metric(service.proxy.url, `responses_proxy_prefix_tokens_total{${labels}}`);
    expect(await value('backend="a",kind="cacheable"')).toBe(100);
    expect(await value('backend="a",kind="cached"')).toBe(96);
    expect(await value('backend="b",kind="cacheable"')).toBe(150);
    expect(await value('backend="b",kind="cached"')).toBe(0);
    const other = [{ role: 'user', content: 'Another conversation' }];
    expect(await cacheable(other)).toBeUndefined();
  });

  it('what another vendor has sealed is a warning where the request goes on to', async () => {
    service = await startSeveral(inOrder, { a: { dialect: 'openrouter' }, b: { dialect: 'vllm' } });
    service.a.enqueue(refusal(503));
    const input = [
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAAbcdefghij' },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: 'So?' },
    ];
    const { line } = await turn({ ...request, input });
    expect(line).toMatchObject({ backend: 'b', attempts: 2 });
    expect(Object.keys(line.warnings ?? {})).toEqual(['reasoning_dropped']);
  });

  it('what a vendor has sealed for us goes back to it alone, and is a warning where the request goes on to', async () => {
    service = await startSeveral(inOrder, { a: { dialect: 'openrouter' }, b: { dialect: 'vllm' } });
    const details = [
      { type: 'reasoning.text', text: 'I think.', signature: 'made-by-the-vendor', index: 0 },
    ];
    const thought = {
      choices: [{ index: 0, delta: { reasoning: 'I think.', reasoning_details: details } }],
    };
    service.a.enqueue(streamOf(thought, chunks.text('Yes.'), chunks.finish('stop')));
    const include = ['reasoning.encrypted_content'];
    const first = await turn({ ...request, stream: false, store: false, include });
    const { output } = JSON.parse(first.text) as { output: object[] };
    const input = [{ role: 'user', content: 'Hi' }, ...output, { role: 'user', content: 'So?' }];
    const again = { ...request, store: false, include, input };
    const same = await turn(again);
    expect(JSON.stringify(service.a.lastCall.body)).toContain('made-by-the-vendor');
    expect(same.line.warnings).toBeUndefined();
    service.a.enqueue(refusal(503));
    const other = await turn(again);
    expect(JSON.stringify(service.b.lastCall.body)).not.toContain('made-by-the-vendor');
    expect(other.line).toMatchObject({ backend: 'b', warnings: { reasoning_dropped: 1 } });
  });

  it('tools that run here: each answer may fall back, and nothing that was shown is shown again', async () => {
    service = await startSeveral([
      {
        model: 'm',
        to: ['a', { backend: 'b', model: 'm-at-b' }, { backend: 'c', model: 'm-at-c' }],
      },
    ]);
    service.proxy
      .provider('TOOL_EXECUTORS')
      .push(executorOf((call) => Promise.resolve(found(call, 'It is there.'))));
    const query = '{"queries":["where"]}';
    service.a.enqueue(refusal(503));
    service.b.enqueue(
      streamOf(
        chunks.callStart(0, { id: 'call_1', name: 'file_search', arguments: query }),
        chunks.finish('tool_calls'),
      ),
      { steps: [{ data: role }, { waitMs: 20 }, { cut: true }] },
    );
    service.c.enqueue(answer('from c'));
    const tools = [{ type: 'file_search', vector_store_ids: ['vs_1'] }];
    const { text, line } = await turn({ ...request, tools });
    expect(text).toContain('response.completed');
    expect(text.match(/"delta":"from c"/g)).toHaveLength(1);
    expect(text.match(/^event: response\.file_search_call\.completed$/gm)).toHaveLength(1);
    expect(text.match(/^event: response\.created$/gm)).toHaveLength(1);
    expect(calls()).toEqual([1, 2, 1]);
    expect(service.b.lastCall.body).toMatchObject({ model: 'm-at-b' });
    expect(service.c.lastCall.body).toMatchObject({ model: 'm-at-c' });
    expect(JSON.stringify(service.c.lastCall.body)).toContain('It is there.');
    expect(line).toMatchObject({
      backend: 'c',
      attempts: 3,
      fallbacks: [{ backend: 'a' }, { backend: 'b', code: 'backend_stream_error' }],
    });
  });

  it('all are down: /health says so, clients have a 503 with a wait, and all is well again by itself', async () => {
    service = await startSeveral(
      inOrder,
      {},
      { ENABLE_CIRCUIT_BREAKER: 'true', BREAKER_FAILURES: '1', BREAKER_OPEN_SECS: '1' },
    );
    before = [0, 0, 0];
    for (const backend of [service.a, service.b, service.c]) backend.enqueue(refusal(503));
    expect((await turn()).reply.status).toBe(503);
    const health = async () => {
      const reply = await fetch(`${service.proxy.url}/health`);
      return [
        reply.status,
        ((await reply.json()) as { circuit_breaker: { is_open: boolean } }).circuit_breaker.is_open,
      ];
    };
    expect(await health()).toEqual([503, true]);
    const refused = await turn();
    expect(refused.reply.status).toBe(503);
    expect(refused.reply.headers.get('retry-after')).toBe('1');
    expect(asked()).toEqual([1, 1, 1]);
    await until(async () => (await health())[1] === false);
    expect((await turn()).reply.status).toBe(200);
  });
});

describe('one of three backends dies in the middle of 500 requests', () => {
  afterEach(() => service.close());

  it('and no request without a first byte fails', async () => {
    const dying = await ScriptedBackend.start();
    const weighed = ['a', 'b', 'c'].map((backend) => ({ backend, weight: 1 }));
    service = await startSeveral(
      [{ model: '*', to: weighed }],
      { a: { url: dying.url } },
      {
        ENABLE_CIRCUIT_BREAKER: 'true',
        MAX_CONCURRENT_STREAMS: '20',
        MAX_QUEUED_REQUESTS: '40',
        MAX_QUEUE_WAIT_SECS: '60',
      },
    );
    let next = 0;
    const ends: string[] = [];
    const work = async (): Promise<void> => {
      while (next < 500) {
        const number = next++;
        if (number === 250) void dying.close();
        const reply = await service.post({ ...request, input: `Conversation ${number}` });
        const text = await reply.text();
        const isWhole = text.includes('response.completed');
        const isCut =
          text.includes('response.output_text.delta') && text.includes('response.failed');
        ends.push(isWhole ? 'whole' : isCut ? 'cut' : text);
      }
    };
    await Promise.all(Array.from({ length: 50 }, work));
    const cut = ends.filter((end) => end === 'cut').length;
    expect(ends.filter((end) => end !== 'whole' && end !== 'cut')).toEqual([]);
    expect(cut).toBeLessThan(50);
    const [, b = 0, c = 0] = calls();
    expect(dying.calls.length).toBeGreaterThan(50);
    expect(dying.calls.length + b + c).toBeGreaterThanOrEqual(500);
  }, 120_000);
});

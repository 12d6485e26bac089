import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import OpenAI, { RateLimitError } from 'openai';
import type { CallerTerms } from '../../src/callers/edit-callers-file.js';
import { CallersFileFixture } from '../support/callers-file.js';
import { gatedAnswer } from '../support/live-streams.js';
import { metric } from '../support/metrics.js';
import { ChatChunks, streamOf } from '../support/scripted-backend.js';
import { ServiceDate } from '../support/start-app.js';
import { startService, type Service } from '../support/start-service.js';
import { errorOf, eventsOf, WebsocketClient } from '../support/websocket-client.js';

const ask = { model: 'demo', input: 'Hi' };
const chunks = new ChatChunks('demo');
const operator = { BACKEND_API_KEY: 'operator-key-0123456789' };
/** Ten seconds into a minute of a day in the middle of a month. */
const start = Date.UTC(2026, 10, 15, 12, 0, 10);
const hour = 3_600_000;
const prices = 'models: { priced: { prices: { input: 2, cachedInput: 0.3, output: 6 } } }';

const file = new CallersFileFixture();
let service: Service;
let jump = 0;
let count = 0;
beforeAll(async () => {
  const BACKEND_PROFILES = file.beside('profiles.yaml', prices);
  service = await startService({ ...operator, BACKEND_PROFILES, CALLERS_FILE: file.path });
});
afterAll(async () => {
  await service.close();
  file.remove();
});
beforeEach(() => {
  jump = 0;
  const real = ServiceDate.now;
  const began = real();
  jest.spyOn(ServiceDate, 'now').mockImplementation(() => start + jump + (real.call(Date) - began));
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A caller of its own for each test. */
async function callerWith(terms: CallerTerms): Promise<{ name: string; key: string; ai: OpenAI }> {
  const name = `team-${(count += 1)}`;
  const key = file.add(name, terms);
  await service.proxy.provider('CallersWatch').reload();
  return { name, key, ai: new OpenAI({ baseURL: service.baseURL, apiKey: key, maxRetries: 0 }) };
}

/** An answer with this usage. */
const answerOf = (prompt: number, completion: number, cached = 0) =>
  streamOf(chunks.text('Hello'), chunks.finish('stop'), {
    choices: [],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completion,
      prompt_tokens_details: { cached_tokens: cached },
    },
  });

const refusal = async (asking: Promise<unknown>): Promise<RateLimitError> => {
  const error: unknown = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RateLimitError);
  return error as RateLimitError;
};
const valueOf = (name: string, labels: string): Promise<number> =>
  metric(service.proxy.url, `responses_proxy_caller_${name}{${labels}}`);
interface Page {
  caller: string;
  data: { start_time: number; results: Record<string, unknown>[] }[];
  limits: Record<string, unknown>[];
}
const usageOf = async (key: string, query = ''): Promise<Page> => {
  const headers = { authorization: `Bearer ${key}` };
  return (await (await fetch(`${service.baseURL}/usage${query}`, { headers })).json()) as Page;
};

it('refuses requests beyond those of a minute, says when it opens, and opens then', async () => {
  const { ai, name } = await callerWith({ requestsPerMinute: 2 });
  const { response } = await ai.responses.create(ask).withResponse();
  expect(response.headers.get('x-ratelimit-limit-requests')).toBe('2');
  expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('1');
  expect(response.headers.get('x-ratelimit-reset-requests')).toMatch(/^(4\d|50)s$/);
  await ai.models.list();
  await ai.chat.completions.create({ model: 'demo', messages: [{ role: 'user', content: 'Hi' }] });
  const before = service.backend.calls.length;
  const error = await refusal(ai.responses.create(ask));
  expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' });
  expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(40);
  expect(error.message).toMatch(new RegExp(`for ${name} on requests .*try again in \\d+s`));
  expect(error.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  expect(service.backend.calls).toHaveLength(before);
  jump = 60_000;
  await ai.responses.create(ask);
});

it('lets in as many as the limit allows of those that come at once', async () => {
  const { ai } = await callerWith({ requestsPerMinute: 5 });
  const asked = Array.from({ length: 20 }, () => ai.responses.create(ask));
  const results = await Promise.allSettled(asked);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

it('counts the tokens of a day, refuses with insufficient_quota, and lets SDKs not try again', async () => {
  const { ai, key, name } = await callerWith({ tokensPerDay: 100 });
  service.backend.enqueue(answerOf(60, 30), answerOf(5, 4), answerOf(1, 1));
  await ai.responses.create(ask);
  await ai.responses.create(ask);
  await ai.responses.create(ask);
  const retrying = new OpenAI({ baseURL: service.baseURL, apiKey: key, maxRetries: 5 });
  const error = await refusal(retrying.responses.create(ask));
  expect(error).toMatchObject({ code: 'insufficient_quota', type: 'insufficient_quota' });
  expect(error.message).toContain(`${name} has used up its budget of 100 tokens per day.`);
  expect(error.message).toContain('opens again at 2026-11-16T00:00:00Z');
  expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(11 * 3600);
  const { limits, data } = await usageOf(key);
  const headers = { authorization: `Bearer ${key}` };
  const short = await fetch(`${service.proxy.url}/usage`, { headers });
  expect(await short.json()).toMatchObject({ caller: name, limits, data });
  expect((await fetch(`${service.proxy.url}/usage`)).status).toBe(401);
  expect(limits).toEqual([
    {
      name: 'tokens_per_day',
      limit: 100,
      used: 101,
      remaining: 0,
      resets_at: Date.UTC(2026, 10, 16) / 1000,
    },
  ]);
  expect(data.at(-1)?.results).toMatchObject([
    { input_tokens: 66, output_tokens: 35, num_model_requests: 3 },
  ]);
  // What is there may be read and ended.
  expect((await ai.models.list()).data).not.toHaveLength(0);
  jump = 12 * hour;
  await ai.responses.create(ask);
  // A clock that goes back finds the day as it was.
  jump = 0;
  await refusal(ai.responses.create(ask));
});

it('goes on through a clock that jumps ahead and back: streams, what is stored, budgets, durations', async () => {
  const { ai, key } = await callerWith({ tokensPerDay: 1_000 });
  for (const there of [3 * 24 * hour, -3 * 24 * hour]) {
    jump = 0;
    const gate = Promise.withResolvers<undefined>();
    service.backend.enqueue(gatedAnswer(gate.promise));
    let id = '';
    for await (const event of await ai.responses.create({ ...ask, stream: true })) {
      if (event.type === 'response.output_text.delta') {
        jump = there;
        gate.resolve(undefined);
      }
      if (event.type === 'response.completed') ({ id } = event.response);
    }
    service.backend.enqueue(answerOf(10, 10));
    const next = await ai.responses.create({ ...ask, previous_response_id: id });
    jump = 0;
    expect(await ai.responses.retrieve(next.id)).toMatchObject({ previous_response_id: id });
  }
  // The two streams count on the day that they began, without what was reserved for them; the others on theirs.
  const [day] = (await usageOf(key)).limits;
  expect(day?.used).toBeGreaterThan(0);
  expect(day?.used).toBeLessThan(40);
  const route = 'route="/v1/responses",stream="true"';
  const seconds = await metric(
    service.proxy.url,
    `responses_proxy_request_duration_seconds_sum{${route}}`,
  );
  expect(seconds).toBeGreaterThanOrEqual(0);
});

it('counts money by the prices of the model, cached input for less', async () => {
  const { ai, key } = await callerWith({ moneyPerMonth: 0.01 });
  service.backend.enqueue(answerOf(1_000, 100, 400));
  await ai.responses.create({ ...ask, model: 'priced' });
  const { data, limits } = await usageOf(key);
  expect(data.at(-1)?.results).toMatchObject([
    { input_cached_tokens: 400, amount: { value: 0.00192, currency: 'usd' } },
  ]);
  expect(limits).toMatchObject([{ name: 'money_per_month', limit: 0.01, used: 0.00192 }]);
  service.backend.enqueue(answerOf(10_000, 0));
  await ai.responses.create({ ...ask, model: 'priced' });
  const error = await refusal(ai.responses.create({ ...ask, model: 'priced' }));
  expect(error.message).toContain('0.01 USD per month. It opens again at 2026-12-01T00:00:00Z');
});

it('tells SDKs that know the usage API of the organization, in whole days', async () => {
  const { ai, key } = await callerWith({});
  service.backend.enqueue(answerOf(7, 3));
  await ai.responses.create(ask);
  const admin = new OpenAI({ baseURL: service.baseURL, adminAPIKey: key, apiKey: key });
  const page = await admin.admin.organization.usage.completions({
    start_time: Date.UTC(2026, 10, 14) / 1000,
    bucket_width: '1d',
  });
  expect(page.data.map(({ start_time }) => start_time)).toEqual([
    Date.UTC(2026, 10, 14) / 1000,
    Date.UTC(2026, 10, 15) / 1000,
  ]);
  expect(page.data[0]?.results).toEqual([]);
  expect(page.data[1]?.results).toMatchObject([{ input_tokens: 7, output_tokens: 3 }]);
  for (const query of ['?bucket_width=1h', '?limit=0', '?start_time=x', '?group_by=model'])
    expect(await usageOf(key, query)).toMatchObject({ error: { type: 'invalid_request_error' } });
});

it('answers a stream that is refused with a status, and a WebSocket turn with an error', async () => {
  const { ai, key } = await callerWith({ requestsPerMinute: 1 });
  const socket = await WebsocketClient.open(service.baseURL, {
    headers: { authorization: `Bearer ${key}` },
  });
  eventsOf(await socket.ask(ask));
  expect(errorOf(await socket.ask(ask))).toMatchObject({
    status: 429,
    error: { code: 'rate_limit_exceeded' },
  });
  await refusal(ai.responses.create({ ...ask, stream: true }));
  socket.socket.terminate();
});

it('counts what a client has left behind, by what was written until then', async () => {
  const { ai, key } = await callerWith({});
  let release = (): void => undefined;
  service.backend.enqueue(gatedAnswer(new Promise<void>((open) => (release = open))));
  const stream = await ai.responses.create({ ...ask, stream: true });
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta') break;
  }
  let usage = await usageOf(key);
  while (usage.data.at(-1)?.results.length === 0) usage = await usageOf(key);
  expect(usage.data.at(-1)?.results).toMatchObject([{ output_tokens: 1, num_model_requests: 1 }]);
  release();
});

it('counts background responses, and chat as it passes, whose client sees no usage that it did not ask for', async () => {
  const { ai, key } = await callerWith({ tokensPerDay: 1_000_000 });
  service.backend.enqueue(answerOf(100, 10));
  const { id } = await ai.responses.create({ ...ask, background: true });
  let response = await ai.responses.retrieve(id);
  while (response.status !== 'completed') response = await ai.responses.retrieve(id);
  service.backend.enqueue(answerOf(20, 5), answerOf(3, 1));
  const chat = { model: 'demo', messages: [{ role: 'user' as const, content: 'Hi' }] };
  const seen: boolean[] = [];
  for (const options of [{}, { stream_options: { include_usage: true } }]) {
    const stream = await ai.chat.completions.create({ ...chat, ...options, stream: true });
    let hasUsage = false;
    for await (const chunk of stream) hasUsage ||= chunk.usage != null;
    seen.push(hasUsage);
    expect(service.backend.lastCall.body).toMatchObject({
      stream_options: { include_usage: true },
    });
  }
  expect(seen).toEqual([false, true]);
  expect((await usageOf(key)).data.at(-1)?.results).toMatchObject([
    { input_tokens: 123, output_tokens: 16, num_model_requests: 3 },
  ]);
  await ai.responses.compact({ model: 'demo', input: 'Hi' });
  await ai.responses.inputTokens.count({ model: 'demo', input: 'Hi' });
  expect((await usageOf(key)).data.at(-1)?.results).toMatchObject([{ num_model_requests: 4 }]);
});

it('reserves what a running answer may use, and gives back what it did not', async () => {
  const { ai, key } = await callerWith({ tokensPerDay: 1_000 });
  let release = (): void => undefined;
  service.backend.enqueue(gatedAnswer(new Promise<void>((open) => (release = open))));
  const stream = await ai.responses.create({ ...ask, max_output_tokens: 5_000, stream: true });
  await refusal(ai.responses.create(ask));
  release();
  const types: string[] = [];
  for await (const { type } of stream) types.push(type);
  expect(types.at(-1)).toBe('response.completed');
  await ai.responses.create(ask);
  expect((await usageOf(key)).data.at(-1)?.results).toMatchObject([{ num_model_requests: 2 }]);
});

it('takes new limits at once, and 0 for nothing at all', async () => {
  const { ai, name } = await callerWith({ tokensPerDay: 10 });
  service.backend.enqueue(answerOf(6, 6));
  await ai.responses.create(ask);
  await refusal(ai.responses.create(ask));
  const watch = service.proxy.provider('CallersWatch');
  file.write(file.text.replace('tokensPerDay: 10\n', 'tokensPerDay: 10000\n'));
  await watch.reload();
  await ai.responses.create(ask);
  file.write(file.text.replace('tokensPerDay: 10000\n', 'tokensPerDay: 0\n'));
  await watch.reload();
  await refusal(ai.responses.create(ask));
  expect(await valueOf('requests_total', `caller="${name}"`)).toBe(2);
});

it('shows what callers use in metrics and in the log, and to nobody else', async () => {
  const { ai, name, key } = await callerWith({ tokensPerDay: 1_000 });
  service.backend.enqueue(answerOf(40, 10));
  await ai.responses.create({ ...ask, model: 'priced' });
  const caller = `caller="${name}"`;
  expect(await valueOf('tokens_total', `${caller},kind="input"`)).toBe(40);
  expect(await valueOf('cost_total', `${caller},currency="USD"`)).toBeCloseTo(0.00014);
  expect(await valueOf('limit_used_ratio', `${caller},limit="tokensPerDay"`)).toBe(0.05);
  const line = await service.proxy.nextLog(
    ({ msg, caller }) => msg === 'request_completed' && caller === name,
  );
  expect(line).toMatchObject({ inputTokens: 40, outputTokens: 10 });
  expect((await usageOf('nobody')).caller).toBeUndefined();
  expect((await usageOf(key)).caller).toBe(name);
});

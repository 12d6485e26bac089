import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { ChatChunks, ScriptedBackend } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';
import { RedisServer, redisIsMissing } from '../store/support/redis-server.js';

const model = 'm';
const withRedis = redisIsMissing() ? describe.skip : describe;

/** Two applications stand for two processes: what one began, the other goes on with. */
withRedis.each(['memory:', 'redis'])('background responses on %s', (technology) => {
  let redis: RedisServer | undefined;
  let backend: ScriptedBackend;
  let first: StartedApp;
  let second: StartedApp;
  let one: OpenAI;
  let other: OpenAI;

  beforeAll(async () => {
    backend = await ScriptedBackend.start();
    if (technology === 'redis') redis = await RedisServer.start();
  });
  beforeEach(async () => {
    const environment = {
      BACKEND_URL: backend.url,
      STORE_URL: redis?.url ?? 'memory:',
      STORE_SECRET: 'one secret for all replicas',
      HEARTBEAT_SECS: '0.2',
    };
    first = await startApp(environment);
    second = redis === undefined ? first : await startApp(environment);
    one = clientOf(first);
    other = clientOf(second);
  });
  afterEach(async () => {
    await first.close();
    if (second !== first) await second.close();
  });
  afterAll(async () => {
    await backend.close();
    await redis?.stop();
  });

  function clientOf(app: StartedApp): OpenAI {
    return new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'sk-key-000000', maxRetries: 0 });
  }

  /** Makes an answer that stops in the middle until it is released. */
  function heldAnswer(): () => void {
    const chunks = new ChatChunks(model);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    backend.enqueue({
      steps: [
        { data: chunks.text('Half') },
        { until: released },
        { data: chunks.text(' done.') },
        { data: chunks.finish('stop') },
        { write: 'data: [DONE]\n\n' },
      ],
    });
    return release;
  }

  it('is queued, works on without its client, and is polled and continued elsewhere', async () => {
    const release = heldAnswer();
    const queued = await one.responses.create({ model, input: 'Hi', background: true });
    expect(queued).toMatchObject({ status: 'queued', background: true, store: true });
    const stream = await other.responses.retrieve(queued.id, { stream: true });
    release();
    const types: string[] = [];
    const numbers: number[] = [];
    for await (const event of stream) {
      types.push(event.type);
      numbers.push(event.sequence_number);
    }
    expect(types.slice(0, 3)).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
    ]);
    expect(types.at(-1)).toBe('response.completed');
    expect(numbers).toEqual(numbers.map((_, index) => index));

    const done = await other.responses.retrieve(queued.id);
    expect(done).toMatchObject({ status: 'completed', background: true });
    expect(done.output_text).toBe('Half done.');

    await other.responses.create({ model, input: 'And?', previous_response_id: queued.id });
    const { messages } = backend.lastCall.body as { messages: unknown[] };
    expect(messages).toHaveLength(3);

    for (const number of numbers) {
      const replay = await other.responses.retrieve(queued.id, {
        stream: true,
        starting_after: number,
      });
      const replayed: number[] = [];
      for await (const event of replay) replayed.push(event.sequence_number);
      expect(replayed).toEqual(numbers.slice(number + 1));
    }
  });

  it('is no silence to those who follow it', async () => {
    const release = heldAnswer();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    const follower = await other.responses.retrieve(id, { stream: true });
    let beats = 0;
    let last: string | undefined;
    for await (const { type } of follower) {
      last = type;
      if (type === 'response.in_progress') beats += 1;
      if (beats === 3) release();
    }
    expect(beats).toBeGreaterThanOrEqual(3);
    expect(last).toBe('response.completed');
  });

  it('goes on when the client that streams it leaves', async () => {
    const release = heldAnswer();
    const stream = await one.responses.create({
      model,
      input: 'Hi',
      background: true,
      stream: true,
    });
    let id = '';
    for await (const event of stream) {
      if ('response' in event) id = event.response.id;
      if (event.type === 'response.output_text.delta') break;
    }
    release();
    const rest = await other.responses.retrieve(id, { stream: true, starting_after: 2 });
    let text = '';
    for await (const event of rest)
      if (event.type === 'response.output_text.delta') text += event.delta;
    expect(text).toBe('Half done.');
  });

  it('is cancelled from elsewhere, which aborts the backend', async () => {
    heldAnswer();
    const called = backend.nextCall();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    const call = await called;
    const follower = await one.responses.retrieve(id, { stream: true });
    const cancelled = await other.responses.cancel(id);
    expect(cancelled.status).toBe('cancelled');
    await call.closed;
    expect(call.abortedAt).toBeDefined();
    let last: string | undefined;
    for await (const event of follower) last = event.type;
    expect(last).toBe('response.incomplete');
    expect((await other.responses.retrieve(id)).status).toBe('cancelled');
    // A second time changes nothing.
    expect((await one.responses.cancel(id)).status).toBe('cancelled');
  });

  it('is stopped by its deletion', async () => {
    heldAnswer();
    const called = backend.nextCall();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    const call = await called;
    const follower = await one.responses.retrieve(id, { stream: true });
    await other.responses.delete(id);
    await call.closed;
    const follow = async (): Promise<void> => {
      for await (const { type } of follower) expect(type).toMatch(/^response\./);
    };
    await expect(follow()).rejects.toMatchObject({ code: 'not_found' });
    await expect(one.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  it('has one end when cancel and completion meet', async () => {
    const release = heldAnswer();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    const follower = await one.responses.retrieve(id, { stream: true });
    release();
    const answered = await other.responses.cancel(id);
    const ends: string[] = [];
    for await (const { type } of follower) {
      if (/completed|incomplete|failed/.test(type) && type.split('.').length === 2) ends.push(type);
    }
    expect(ends).toHaveLength(1);
    const kept = await other.responses.retrieve(id);
    expect(kept.status).toBe(answered.status);
    expect(ends[0]).toBe(
      kept.status === 'completed' ? 'response.completed' : 'response.incomplete',
    );
  });

  it.each([
    [429, 'rate_limit_exceeded'],
    [400, 'invalid_prompt'],
  ])('fails when the backend refuses with %i', async (status, code) => {
    backend.enqueue({
      status,
      headers: {},
      steps: [{ write: '{"error":{"message":"slow"}}' }],
    });
    const stream = await one.responses.create({
      model,
      input: 'Hi',
      background: true,
      stream: true,
    });
    let last: unknown;
    for await (const event of stream) last = event;
    expect(last).toMatchObject({ type: 'response.failed', response: { error: { code } } });
  });

  it('cannot cancel what is not in the background', async () => {
    const { id } = await one.responses.create({ model, input: 'Hi' });
    await expect(one.responses.cancel(id)).rejects.toMatchObject({ status: 400 });
  });

  it('fails at a shutdown, for the others to see', async () => {
    if (second === first) return;
    heldAnswer();
    const called = backend.nextCall();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    await called;
    await first.close();
    expect((await other.responses.retrieve(id)).status).toBe('failed');
    first = second;
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { postgresIsMissing, PostgresServer } from '../store/support/postgres-server.js';
import { RedisServer, redisIsMissing } from '../store/support/redis-server.js';
import { CallersFileFixture } from '../support/callers-file.js';
import { gatedAnswer } from '../support/live-streams.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { ServiceProcess } from '../support/start-process.js';

const model = 'demo';

type SharedStore = RedisServer | PostgresServer;
const technologies: [string, boolean, () => Promise<SharedStore>][] = [
  ['Redis', redisIsMissing(), () => RedisServer.start()],
  ['PostgreSQL', postgresIsMissing(), () => PostgresServer.start()],
];
const here = technologies.filter(([, isMissing]) => !isMissing);

/** The other process goes on with what one began: nothing is shared but the store and the secret. */
describe.each(here)('two processes on one %s', (_name, _isMissing, startStore) => {
  const callers = new CallersFileFixture();
  const thrifty = callers.add('thrifty', { tokensPerMonth: 1 });
  let shared: SharedStore;
  let backend: ScriptedBackend;
  let processes: ServiceProcess[] = [];
  let one: OpenAI;
  let other: OpenAI;

  beforeAll(async () => {
    [shared, backend] = await Promise.all([startStore(), ScriptedBackend.start()]);
    const environment = {
      BACKEND_URL: backend.url,
      STORE_URL: shared.url,
      STORE_SECRET: 'one secret for all replicas',
      PROXY_API_KEYS: 'sk-key-0000000000,sk-other-key-0000',
      CALLERS_FILE: callers.path,
    };
    processes = [1, 2].map(() => ServiceProcess.start(environment));
    await Promise.all(processes.map((service) => service.listening()));
    [one, other] = processes.map((service) => clientOf(service)) as [OpenAI, OpenAI];
  });
  afterAll(async () => {
    await Promise.all(processes.map((service) => service.kill()));
    await backend.close();
    await shared.stop();
    callers.remove();
  });

  function clientOf(service: ServiceProcess, apiKey = 'sk-key-0000000000'): OpenAI {
    return new OpenAI({ baseURL: `${service.url}/v1`, apiKey, maxRetries: 0 });
  }

  /** The next answer stops after its first word, until it is released. */
  function heldAnswer(): () => void {
    let release = (): void => undefined;
    backend.enqueue(gatedAnswer(new Promise<void>((open) => (release = open))));
    return release;
  }

  function sentMessages(): unknown[] {
    return (backend.lastCall.body as { messages: unknown[] }).messages;
  }

  function kindsOf(items: readonly object[]): unknown[] {
    return items.map((item) => ('role' in item ? item.role : (item as { type: string }).type));
  }

  it('a caller has its budget on both together', async () => {
    const clients = processes.map((service) => clientOf(service, thrifty));
    const asked = clients.flatMap((client) =>
      [1, 2, 3].map(() => client.responses.create({ model, input: 'Hi' })),
    );
    const results = await Promise.allSettled(asked);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const usage = processes.map(async ({ url }) => {
      const headers = { authorization: `Bearer ${thrifty}` };
      return (await (await fetch(`${url}/v1/usage`, { headers })).json()) as object;
    });
    await Promise.all(
      clients.map((client) =>
        expect(client.responses.create({ model, input: 'Hi' })).rejects.toMatchObject({
          code: 'insufficient_quota',
        }),
      ),
    );
    for (const page of await Promise.all(usage))
      expect(page).toMatchObject({ caller: 'thrifty', limits: [{ remaining: 0 }] });
  });

  it('a response is retrieved, continued and deleted', async () => {
    const first = await one.responses.create({ model, input: 'Hi' });
    const found = await other.responses.retrieve(first.id);
    expect(found.output).toEqual(first.output);

    const previous = { previous_response_id: first.id };
    const second = await other.responses.create({ model, input: 'And?', ...previous });
    expect(sentMessages()).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: first.output_text },
      { role: 'user', content: 'And?' },
    ]);
    const { data } = await one.responses.inputItems.list(second.id, { order: 'asc' });
    expect(kindsOf(data)).toEqual(['user', 'reasoning', 'assistant', 'user']);

    await other.responses.delete(first.id);
    await expect(one.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    const next = { model, input: 'x', previous_response_id: second.id };
    await expect(one.responses.create(next)).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
    });
  });

  it('a conversation is used', async () => {
    const { id: conversation } = await one.conversations.create({
      items: [{ type: 'message', role: 'user', content: 'Earlier.' }],
    });
    const { output_text } = await other.responses.create({ model, input: 'Now', conversation });
    await one.responses.create({ model, input: 'And?', conversation });
    expect(sentMessages().slice(0, 4)).toEqual([
      { role: 'user', content: 'Earlier.' },
      { role: 'user', content: 'Now' },
      { role: 'assistant', content: output_text },
      { role: 'user', content: 'And?' },
    ]);
    const { data } = await other.conversations.items.list(conversation, { order: 'asc' });
    const turn = ['user', 'reasoning', 'assistant'];
    expect(kindsOf(data)).toEqual(['user', ...turn, ...turn]);
  });

  it('a background response is followed live, polled, replayed and continued', async () => {
    const release = heldAnswer();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    const numbers: number[] = [];
    const types: string[] = [];
    for await (const event of await other.responses.retrieve(id, { stream: true })) {
      numbers.push(event.sequence_number);
      types.push(event.type);
      // The backend says nothing more until this delta has arrived at the other process.
      if (event.type === 'response.output_text.delta' && event.delta === 'one') {
        expect((await other.responses.retrieve(id)).status).toBe('in_progress');
        release();
      }
    }
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(types.slice(0, 2)).toEqual(['response.created', 'response.queued']);
    expect(types.at(-1)).toBe('response.completed');

    expect(await other.responses.retrieve(id)).toMatchObject({
      status: 'completed',
      output_text: 'one two',
    });
    const replayed: number[] = [];
    const after = { stream: true, starting_after: 2 } as const;
    for await (const event of await other.responses.retrieve(id, after)) {
      replayed.push(event.sequence_number);
    }
    expect(replayed).toEqual(numbers.slice(3));
    await other.responses.create({ model, input: 'And?', previous_response_id: id });
    expect(sentMessages()[1]).toEqual({ role: 'assistant', content: 'one two' });
  });

  it('a background response is cancelled, which aborts the backend call of the first', async () => {
    heldAnswer();
    const called = backend.nextCall();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    const call = await called;
    const follower = await one.responses.retrieve(id, { stream: true });
    expect((await other.responses.cancel(id)).status).toBe('cancelled');
    await call.closed;
    expect(call.abortedAt).toBeDefined();
    let last: string | undefined;
    for await (const event of follower) last = event.type;
    expect(last).toBe('response.incomplete');
    for (const client of [one, other]) {
      expect((await client.responses.retrieve(id)).status).toBe('cancelled');
    }
  });

  it('another key finds nothing on either', async () => {
    const release = heldAnswer();
    const conversation = await one.conversations.create();
    const { id } = await one.responses.create({ model, input: 'Hi', background: true });
    const missing = { status: 404 };
    for (const service of processes) {
      const stranger = clientOf(service, 'sk-other-key-0000');
      const { responses, conversations } = stranger;
      await expect(responses.retrieve(id)).rejects.toMatchObject(missing);
      await expect(responses.retrieve(id, { stream: true })).rejects.toMatchObject(missing);
      await expect(responses.cancel(id)).rejects.toMatchObject(missing);
      await expect(responses.delete(id)).rejects.toMatchObject(missing);
      await expect(conversations.retrieve(conversation.id)).rejects.toMatchObject(missing);
      const next = { model, input: 'x', previous_response_id: id };
      await expect(responses.create(next)).rejects.toMatchObject({ status: 400 });
    }
    const follower = await other.responses.retrieve(id, { stream: true });
    release();
    let last: string | undefined;
    for await (const event of follower) last = event.type;
    expect(last).toBe('response.completed');
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

interface SentMessage {
  role: string;
  content: unknown;
}

describe('state', () => {
  let backend: ScriptedBackend;
  let app: StartedApp;
  let client: OpenAI;
  const model = 'm';

  beforeAll(async () => {
    backend = await ScriptedBackend.start();
  });
  beforeEach(async () => {
    app = await startApp({ BACKEND_URL: backend.url });
    client = clientWith('sk-first-key-0000');
  });
  afterEach(() => app.close());
  afterAll(() => backend.close());

  function clientWith(apiKey: string): OpenAI {
    return new OpenAI({ baseURL: `${app.url}/v1`, apiKey, maxRetries: 0 });
  }

  function answer(text: string): void {
    const chunks = new ChatChunks(model);
    backend.enqueue(streamOf(chunks.text(text), chunks.finish('stop')));
  }

  function sentMessages(): SentMessage[] {
    const { messages } = backend.lastCall.body as { messages: SentMessage[] };
    return messages.map(({ role, content }) => ({ role, content }));
  }

  async function statusOf(promise: Promise<unknown>): Promise<[number, string | null | undefined]> {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof OpenAI.APIError)) throw new Error(`Not refused: ${String(error)}`);
    return [error.status as number, error.code];
  }

  it('continues a chain with everything before it', async () => {
    answer('Hello.');
    const first = await client.responses.create({ model, input: 'Hi', instructions: 'Be short.' });
    expect(first).toMatchObject({ store: true });
    answer('Second.');
    const second = await client.responses.create({
      model,
      input: 'And?',
      previous_response_id: first.id,
    });
    answer('Third.');
    await client.responses.create({ model, input: 'More', previous_response_id: second.id });
    expect(sentMessages()).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'And?' },
      { role: 'assistant', content: 'Second.' },
      { role: 'user', content: 'More' },
    ]);
  });

  it('reads, lists the input of, and deletes what was streamed', async () => {
    answer('Streamed.');
    const stream = client.responses.stream({ model, input: 'Hi', metadata: { a: '1' } });
    const final = await stream.finalResponse();
    const read = await client.responses.retrieve(final.id);
    expect(read).toMatchObject({ id: final.id, status: 'completed', metadata: { a: '1' } });
    expect(read.output_text).toBe('Streamed.');
    const input = await client.responses.inputItems.list(final.id);
    expect(input.data).toMatchObject([
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
    ]);
    await client.responses.delete(final.id);
    expect(await statusOf(client.responses.retrieve(final.id))).toEqual([404, 'not_found']);
    const next = { model, input: 'x', previous_response_id: final.id };
    const refused = statusOf(client.responses.create(next));
    expect(await refused).toEqual([400, 'previous_response_not_found']);
  });

  it('includes sealed reasoning when it is read, also where nobody asked for it before', async () => {
    const chunks = new ChatChunks(model);
    const thought = chunks.reasoning('Hmm.');
    backend.enqueue(streamOf(thought, chunks.text('Yes.'), chunks.finish('stop')));
    const { id, output } = await client.responses.create({ model, input: 'Hi' });
    expect(output[0]).not.toHaveProperty('encrypted_content');
    const include: OpenAI.Responses.ResponseIncludable[] = ['reasoning.encrypted_content'];
    const read = await client.responses.retrieve(id, { include });
    const sealed: unknown = expect.stringMatching(/^rp1\./);
    expect(read.output).toMatchObject([
      { type: 'reasoning', encrypted_content: sealed },
      { type: 'message' },
    ]);
    answer('Bye.');
    const next = await client.responses.create({ model, input: 'x', previous_response_id: id });
    const items = await client.responses.inputItems.list(next.id, { include, order: 'asc' });
    expect(items.data[1]).toMatchObject({ type: 'reasoning', encrypted_content: sealed });
    const unknown = client.responses.retrieve(id, { include: ['nothing' as 'reasoning'] as never });
    expect((await statusOf(unknown))[0]).toBe(400);
  });

  it('pages the input of the whole chain', async () => {
    answer('One.');
    const first = await client.responses.create({ model, input: 'a' });
    answer('Two.');
    const input = 'b';
    const second = await client.responses.create({ model, input, previous_response_id: first.id });
    const texts: string[] = [];
    for await (const item of client.responses.inputItems.list(second.id, {
      limit: 1,
      order: 'asc',
    })) {
      texts.push(JSON.stringify(item));
    }
    expect(texts).toHaveLength(3);
    expect(texts[1]).toContain('One.');
    const wrong = client.responses.inputItems.list(second.id, { after: 'msg_unknown' });
    expect((await statusOf(Promise.resolve(wrong)))[0]).toBe(400);
  });

  it('keeps nothing with store: false, and says so', async () => {
    answer('Gone.');
    const response = await client.responses.create({ model, input: 'Hi', store: false });
    expect(response).toMatchObject({ store: false });
    expect((await statusOf(client.responses.retrieve(response.id)))[0]).toBe(404);
  });

  it('shows nothing to another key', async () => {
    answer('Mine.');
    const response = await client.responses.create({ model, input: 'Hi' });
    const other = clientWith('sk-other-key-0000');
    expect((await statusOf(other.responses.retrieve(response.id)))[0]).toBe(404);
    expect((await statusOf(other.responses.delete(response.id)))[0]).toBe(404);
    const next = { model, input: 'x', previous_response_id: response.id };
    expect((await statusOf(other.responses.create(next)))[0]).toBe(400);
  });

  it('resolves references to earlier output items', async () => {
    answer('Referenced.');
    const first = await client.responses.create({ model, input: 'Hi' });
    answer('Next.');
    await client.responses.create({
      model,
      input: [
        { role: 'user', content: 'Hi' },
        { type: 'item_reference', id: first.output[0]!.id! },
        { role: 'user', content: 'Go on' },
      ],
    });
    expect(sentMessages()[1]).toEqual({ role: 'assistant', content: 'Referenced.' });
  });

  it('is not brought back by the end of its stream after a deletion', async () => {
    const chunks = new ChatChunks(model);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    backend.enqueue({
      steps: [
        { data: chunks.text('a') },
        { until: released },
        { data: chunks.text('b') },
        { data: chunks.finish('stop') },
        { write: 'data: [DONE]\n\n' },
      ],
    });
    const stream = await client.responses.create({ model, input: 'Hi', stream: true });
    let id = '';
    let store: unknown;
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta' && event.delta === 'a') {
        expect((await client.responses.retrieve(id)).status).toBe('in_progress');
        await client.responses.delete(id);
        release();
      }
      if ('response' in event) {
        id = event.response.id;
        ({ store } = event.response as { store?: unknown });
      }
    }
    expect(store).toBe(false);
    expect((await statusOf(client.responses.retrieve(id)))[0]).toBe(404);
  });

  it('keeps conversations', async () => {
    const conversation = await client.conversations.create({
      items: [{ type: 'message', role: 'user', content: 'Earlier.' }],
      metadata: { topic: 't' },
    });
    answer('Answer.');
    const response = await client.responses.create({
      model,
      input: 'Now',
      conversation: conversation.id,
    });
    expect(response.conversation).toEqual({ id: conversation.id });
    expect(sentMessages()).toEqual([
      { role: 'user', content: 'Earlier.' },
      { role: 'user', content: 'Now' },
    ]);
    const items = await client.conversations.items.list(conversation.id, { order: 'asc' });
    expect(items.data).toHaveLength(3);
    expect(JSON.stringify(items.data[2])).toContain('Answer.');

    const added = await client.conversations.items.create(conversation.id, {
      items: [{ type: 'message', role: 'user', content: 'Added.' }],
    });
    const itemId = added.data[0]!.id!;
    const item = await client.conversations.items.retrieve(itemId, {
      conversation_id: conversation.id,
    });
    expect(JSON.stringify(item)).toContain('Added.');
    await client.conversations.items.delete(itemId, { conversation_id: conversation.id });
    await client.conversations.update(conversation.id, { metadata: { topic: 'u' } });
    await expect(
      client.post(`/conversations/${conversation.id}`, { body: {} }),
    ).rejects.toMatchObject({ status: 400, param: 'metadata' });
    expect((await client.conversations.retrieve(conversation.id)).metadata).toEqual({ topic: 'u' });
    await client.conversations.delete(conversation.id);
    expect((await statusOf(client.conversations.retrieve(conversation.id)))[0]).toBe(404);
    const next = client.responses.create({ model, input: 'x', conversation: conversation.id });
    expect(await statusOf(next)).toEqual([404, 'not_found']);
  });

  it('keeps two turns of one conversation whole', async () => {
    const { id } = await client.conversations.create();
    answer('One.');
    answer('Two.');
    await Promise.all(
      ['a', 'b'].map((input) => client.responses.create({ model, input, conversation: id })),
    );
    const items = await client.conversations.items.list(id, { order: 'asc' });
    const roles = items.data.map((item) => ('role' in item ? item.role : item.type));
    expect(roles).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  it("keeps a local shell's output that names its call by the item", async () => {
    const { id } = await client.conversations.create({
      items: [
        { role: 'user', content: 'List.' },
        {
          type: 'local_shell_call',
          id: 'lsh_1',
          call_id: 'c1',
          action: { type: 'exec', command: ['ls'], env: {} },
          status: 'completed',
        },
      ],
    });
    answer('Two files.');
    const output = { type: 'local_shell_call_output' as const, id: 'lsh_1', output: 'a b' };
    await client.responses.create({ model, input: [output], conversation: id });
    answer('Yes.');
    await client.responses.create({ model, input: 'Sure?', conversation: id });
    expect(sentMessages()[2]).toEqual({ role: 'tool', content: 'a b' });
    const listed = await client.conversations.items.list(id, { order: 'asc' });
    expect(listed.data[2]).toMatchObject({ type: output.type, status: 'completed' });
  });

  it('is opened by a warm-up that asks no model', async () => {
    const calls = backend.calls.length;
    const opening = { model, input: 'Hi', prompt_cache_options: { prewarm: true } };
    const { data, response } = await client.responses.create(opening).withResponse();
    expect(data).toMatchObject({ status: 'completed', output: [] });
    expect(response.headers.get('x-responses-warnings')).toBeNull();
    expect(backend.calls).toHaveLength(calls);
    answer('Hello.');
    await client.responses.create({ model, input: 'You?', previous_response_id: data.id });
    expect(sentMessages().slice(0, 1)).toEqual([{ role: 'user', content: 'Hi' }]);
  });

  it('goes on without an input of its own', async () => {
    const { id } = await client.conversations.create({ items: [{ role: 'user', content: 'A?' }] });
    answer('B.');
    const first = await client.responses.create({ model, conversation: id });
    answer('C.');
    const second = await client.responses.create({ model, previous_response_id: first.id });
    expect(second.output_text).toBe('C.');
    const counted = await client.responses.inputTokens.count({ model, conversation: id });
    expect(counted.input_tokens).toBeGreaterThan(0);
  });

  it('estimates the tokens of the whole context, and says that it does', async () => {
    answer('x'.repeat(4_000));
    const first = await client.responses.create({ model, input: 'Hi' });
    const calls = backend.calls.length;
    const body = { model, input: 'And?', previous_response_id: first.id };
    const { data, response } = await client.responses.inputTokens.count(body).withResponse();
    expect(data.object).toBe('response.input_tokens');
    expect(data.input_tokens).toBeGreaterThan(1_000);
    expect(data.input_tokens).toBeLessThan(1_100);
    expect(response.headers.get('x-input-tokens')).toBe('estimate');
    expect(backend.calls).toHaveLength(calls);
  });

  it.each([
    [{ previous_response_id: 'resp_x', conversation: 'conv_x' }, 'previous_response_id'],
    [{ background: true, store: false }, 'store'],
    [{ prompt: { id: 'pmpt_x' } }, 'prompt'],
  ])('refuses %j', async (fields, param) => {
    const error: unknown = await client.responses
      .create({ model, input: 'x', ...fields })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 400, param });
  });

  describe('with prompt templates of the operator', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
    const prompt = { id: 'greet', variables: { name: 'Ada' } };
    const head = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'I am Ada.' },
    ];

    beforeEach(async () => {
      mkdirSync(join(folder, 'greet'), { recursive: true });
      const messages = 'messages: [{ role: user, content: "I am {{name}}." }]';
      writeFileSync(join(folder, 'greet/1.yaml'), `instructions: Be kind.\n${messages}\n`);
      await app.close();
      app = await startApp({ BACKEND_URL: backend.url, PROMPTS_DIR: folder });
      client = clientWith('sk-first-key-0000');
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('begins each turn that names one with it, keeps none of it as input and tells its version', async () => {
      answer('Hello, Ada.');
      const first = await client.responses.create({ model, prompt });
      expect(sentMessages()).toEqual(head);
      expect(first.prompt).toEqual({ ...prompt, version: '1' });
      expect(await client.responses.retrieve(first.id)).toMatchObject({ prompt: first.prompt });
      expect((await client.responses.inputItems.list(first.id)).data).toEqual([]);
      answer('Again.');
      const turn = { model, prompt, input: 'And?', previous_response_id: first.id };
      const stream = client.responses.stream(turn);
      expect((await stream.finalResponse()).prompt).toEqual(first.prompt);
      expect(sentMessages()).toEqual([
        ...head,
        { role: 'assistant', content: 'Hello, Ada.' },
        { role: 'user', content: 'And?' },
      ]);
    });

    it.each([
      [{ id: '../greet' }, 404, 'prompt.id', "'greet'"],
      [{ id: 'greet', version: '2' }, 404, 'prompt.version', "'1'"],
      [{ id: 'greet' }, 400, 'prompt.variables.name', 'name'],
      [
        { id: 'greet', variables: { name: 'a', nmae: 'b' } },
        400,
        'prompt.variables.nmae',
        "'name'",
      ],
    ])('refuses %j and says what there is', async (wrong, status, param, told) => {
      const calls = backend.calls.length;
      const error: unknown = await client.responses
        .create({ model, prompt: wrong })
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ status, param, message: expect.stringContaining(told) });
      expect(backend.calls).toHaveLength(calls);
    });
  });
});

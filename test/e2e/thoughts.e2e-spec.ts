import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { itOverOneHop } from '../support/over-hops.js';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** Puts a client that gives no reasoning back before a backend that refuses a call without it. */

const chunks = new ChatChunks('deepseek-chat');
const user = (content: string) => ({ type: 'message', role: 'user', content });
const call = (call_id: string) => ({ type: 'function_call', call_id, name: 'f', arguments: '{}' });
const output = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'o' });
const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }];

let folder: string;
let backend: ScriptedBackend;
let proxy: StartedApp;

beforeAll(async () => {
  backend = await ScriptedBackend.start();
});
afterAll(() => backend.close());

/** Starts another process with the same store: what only the first one remembers is gone. */
async function start(): Promise<void> {
  proxy = await startApp({
    BACKEND_URL: backend.url,
    BACKEND_DIALECT: 'deepseek',
    STORE_URL: `sqlite:${folder}/r.db`,
    STORE_SECRET: 'the same for both',
    SEAL_KEYS: 'the same seal for both processes',
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'thoughts-'));
  await start();
});
afterEach(async () => {
  await proxy.close();
  rmSync(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await proxy.close();
  await start();
}

async function ask(body: object, key = 'alice'): Promise<{ id: string; warnings: string }> {
  const reply = await fetch(`${proxy.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'deepseek-chat', tools, ...body }),
  });
  expect(reply.status).toBe(200);
  const { id } = (await reply.json()) as { id: string };
  return { id, warnings: reply.headers.get('x-responses-warnings') ?? '' };
}

/** Plays the first turn of a conversation: a thought and a call. */
async function callsAfterThought(callId: string, body: object = {}, key?: string): Promise<string> {
  const start = chunks.callStart(0, { id: callId, name: 'f', arguments: '{}' });
  const thought = chunks.reasoning(`thought before ${callId}`);
  backend.enqueue(streamOf(thought, start, chunks.finish('tool_calls')));
  return (await ask({ input: [user('Hi')], ...body }, key)).id;
}

/** Gives what the backend is told of the thought behind the first call. */
function thoughtTold(): string | undefined {
  const { messages } = backend.lastCall.body as { messages: { reasoning_content?: string }[] };
  return messages.find((message) => 'tool_calls' in message)?.reasoning_content;
}

const drawn = 'call_9hFgQ2LmZp7sX1';
const round = (callId: string, said = 'Hi') => ({
  input: [user(said), call(callId), output(callId)],
});

describe('the thought of a call whose response is stored', () => {
  it('goes back after a restart', async () => {
    await callsAfterThought(drawn);
    await restart();
    const { warnings } = await ask(round(drawn));
    expect(thoughtTold()).toBe(`thought before ${drawn}`);
    expect(warnings).not.toContain('reasoning_filled');
  });

  itOverOneHop('goes with the response, and to nobody else', async () => {
    const id = await callsAfterThought(drawn);
    await restart();
    await ask(round(drawn), 'bob');
    expect(thoughtTold()).toBe(' ');
    await fetch(`${proxy.url}/v1/responses/${id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer alice' },
    });
    const { warnings } = await ask(round(drawn));
    expect(thoughtTold()).toBe(' ');
    expect(warnings).toContain('reasoning_filled');
  });

  it('of a background response, too', async () => {
    const id = await callsAfterThought(drawn, { background: true });
    const headers = { authorization: 'Bearer alice' };
    for (let status = ''; status !== 'completed';) {
      const reply = await fetch(`${proxy.url}/v1/responses/${id}`, { headers });
      ({ status } = (await reply.json()) as { status: string });
    }
    await restart();
    await ask(round(drawn));
    expect(thoughtTold()).toBe(`thought before ${drawn}`);
  });
});

describe('the thought of a call with store: false', () => {
  it('is known to its process alone, and never on disk', async () => {
    await callsAfterThought(drawn, { store: false });
    await ask({ ...round(drawn), store: false });
    expect(thoughtTold()).toBe(`thought before ${drawn}`);
    const database = new DatabaseSync(join(folder, 'r.db'), { readOnly: true });
    expect(database.prepare('SELECT count(*) AS kept FROM thoughts').get()).toEqual({ kept: 0 });
    database.close();
    await restart();
    await ask({ ...round(drawn), store: false });
    expect(thoughtTold()).toBe(' ');
  });
});

it('a call that the model numbered has the thought of its own conversation', async () => {
  const numbered = 'functions.f:0';
  await callsAfterThought(numbered, { input: [user('I am ill.')] });
  await ask(round(numbered, 'Another conversation of the same key'));
  expect(thoughtTold()).toBe(' ');
  await ask(round(numbered, 'I am ill.'));
  expect(thoughtTold()).toBe(`thought before ${numbered}`);
});

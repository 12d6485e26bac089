import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from '@jest/globals';
import { jsonReply, ScriptedBackend } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** Shows where `truncation: auto` takes the model's context from. */

const folder = mkdtempSync(join(tmpdir(), 'truncation-'));
const profiles = join(folder, 'profiles.yaml');
writeFileSync(profiles, 'models: { profiled: { contextWindow: 2000 } }');

const listed = [
  { id: 'profiled', max_model_len: 1000 },
  { id: 'vllm', max_model_len: 1000 },
  { id: 'llama', meta: { n_ctx: 1000, n_ctx_train: 100_000 } },
  { id: 'Org/OpenRouter', context_length: 1000 },
  { id: 'silent' },
];
/** These are 20 turns of about 50 tokens and one. */
const input = Array.from({ length: 41 }, (_, index) => ({
  type: 'message',
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: 'word '.repeat(30),
}));

let backend: ScriptedBackend;
let proxy: StartedApp;
beforeEach(async () => {
  backend = await ScriptedBackend.start();
  backend.onModels = () => jsonReply(200, { object: 'list', data: listed });
});
afterEach(async () => {
  await proxy.close();
  await backend.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function start(environment: Record<string, string> = {}): Promise<void> {
  proxy = await startApp({ BACKEND_URL: backend.url, BACKEND_PROFILES: profiles, ...environment });
  await proxy.provider('Backends').refreshModels();
}

async function truncate(
  model: string,
  truncation = 'auto',
): Promise<{ messages: number; warnings: string }> {
  const reply = await fetch(`${proxy.url}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, input, truncation }),
  });
  expect(reply.status).toBe(200);
  const { messages } = backend.lastCall.body as { messages: unknown[] };
  return {
    messages: messages.length,
    warnings: reply.headers.get('x-responses-warnings') ?? '',
  };
}

it.each(['vllm', 'llama', 'org/openrouter'])('the backend’s list: %s', async (model) => {
  await start();
  const { messages, warnings } = await truncate(model);
  expect(messages).toBeLessThan(41);
  expect(warnings).toContain('conversation_truncated');
  expect((await truncate(model, 'disabled')).messages).toBe(41);
});

it('asks the backend nothing more', async () => {
  await start();
  const before = backend.requests.length;
  await truncate('vllm');
  expect(backend.requests.slice(before).map(({ path }) => path)).toEqual(['/v1/chat/completions']);
});

it('a profile goes before the list, the list before MODEL_CONTEXT_TOKENS', async () => {
  await start({ MODEL_CONTEXT_TOKENS: '500' });
  const kept = [];
  for (const model of ['profiled', 'vllm', 'silent', 'unlisted'])
    kept.push((await truncate(model)).messages);
  const [profiled = 0, vllm = 0, silent = 0, unlisted = 0] = kept;
  expect(profiled).toBeGreaterThan(vllm);
  expect(vllm).toBeGreaterThan(silent);
  expect(silent).toBe(unlisted);
});

it('a warning where nobody tells it', async () => {
  await start();
  const { messages, warnings } = await truncate('silent');
  expect(messages).toBe(41);
  expect(warnings).toContain('field_ignored');
});

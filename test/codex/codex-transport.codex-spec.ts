import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChatRequest } from '../../src/contracts/chat/request.js';
import { ChatChunks, streamOf, type Script } from '../support/scripted-backend.js';
import { chatRequestOf, makesCalls, says } from './support/chat-answers.js';
import { startService, type Service } from '../support/start-service.js';
import { CodexHome, type CodexHomeOptions } from './support/codex-home.js';

/** Runs the stock Codex CLI through the proxy over a WebSocket, and with compaction by the server. */

const writeFile = { name: 'exec_command', arguments: { cmd: 'echo hello > hello.txt' } };
const textsOf = ({ messages }: ChatRequest) =>
  messages.map(({ content }) => JSON.stringify(content));

let service: Service;
let home: CodexHome;

afterEach(async () => {
  home.remove();
  await service.close();
});

async function start(answers: Script[], options: Omit<CodexHomeOptions, 'baseURL'>): Promise<void> {
  service = await startService({ SEAL_KEYS: 'a-secret-of-enough-length' });
  service.backend.enqueue(...answers);
  home = await CodexHome.create({ baseURL: service.baseURL, ...options });
}

const chats = () => service.backend.calls.map(chatRequestOf);
const linesOf = (method: string) =>
  service.proxy.logs().filter((line) => line.method === method && line.path === '/v1/responses');

/** Makes an answer after which Codex takes the context for full. */
function fills(text: string): Script {
  const chunks = new ChatChunks('demo');
  const usage = {
    prompt_tokens: 95_000,
    completion_tokens: 10,
    total_tokens: 95_010,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
  return streamOf(chunks.text(text), chunks.finish('stop'), chunks.usage(usage));
}

const SCRIPT = join(import.meta.dirname, '../../scripts/codex-config.mjs');

describe('codex exec after npm run codex:config', () => {
  it('has the system prompt and the freeform apply_patch of the catalogue', async () => {
    const patch = '*** Begin Patch\n*** Add File: a.txt\n+hello\n*** End Patch\n';
    await start(
      [makesCalls([{ name: 'apply_patch', arguments: { input: patch } }]), says('Done.')],
      {},
    );
    const folder = join(home.work, '../home/.codex');
    rmSync(join(folder, 'config.toml'));
    const args = ['--write', '--model', 'demo', '--catalog', '--url', service.proxy.url];
    const env = { PATH: process.env.PATH, CODEX_HOME: folder };
    await promisify(execFile)(process.execPath, [SCRIPT, ...args], { env });
    const run = await home.exec('Add a file.', '--strict-config');
    expect(run).toMatchObject({ code: 0, message: 'Done.' });
    expect(home.read('a.txt')).toBe('hello\n');
    expect(textsOf(chats()[0]!).join()).toContain("works in the user's terminal");
    expect(JSON.stringify(run.events)).not.toContain('metadata');
  });
});

describe('codex exec over a WebSocket', () => {
  it('runs a call and goes on, with only the new items on the wire', async () => {
    await start([makesCalls([writeFile]), says('Done.')], {
      provider: 'supports_websockets = true',
    });
    expect(await home.exec('Say hello.')).toMatchObject({ code: 0, message: 'Done.' });
    expect(home.read('hello.txt')).toBe('hello\n');
    const turns = linesOf('WEBSOCKET').map(({ responseId, backendStatus }) => [
      typeof responseId,
      backendStatus,
    ]);
    expect(turns).toEqual([
      ['string', undefined],
      ['string', 200],
      ['string', 200],
    ]);
    expect(linesOf('POST')).toEqual([]);
    const [first, second] = chats();
    expect(second!.messages.slice(0, first!.messages.length)).toEqual(first!.messages);
    expect(second!.messages.slice(first!.messages.length)).toMatchObject([
      { role: 'assistant' },
      { role: 'tool' },
    ]);
  });
});

describe('codex exec with remote compaction', () => {
  it('goes on from the sealed summary', async () => {
    await start([fills('First.'), says('SUMMARY-OF-ALL'), says('Second.'), says('Third.')], {
      provider: 'capabilities = { remote_compaction = "v2" }',
      model: { context_window: 100_000 },
    });
    expect(await home.exec('One.')).toMatchObject({ code: 0, message: 'First.' });
    expect(await home.resume('Two.')).toMatchObject({ code: 0, message: 'Second.' });
    const [first, compaction, second] = chats();
    expect(compaction!.messages.slice(0, first!.messages.length)).toEqual(first!.messages);
    expect(compaction!.tools).toEqual(first!.tools);
    const texts = textsOf(second!);
    expect(texts.filter((text) => text.includes('SUMMARY-OF-ALL'))).toHaveLength(1);
    expect(texts.join()).not.toContain('First.');
    expect(texts.at(-1)).toContain('Two.');
  });
});

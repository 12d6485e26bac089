import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { gatedAnswer } from '../support/live-streams.js';
import { ScriptedBackend } from '../support/scripted-backend.js';
import { ServiceProcess } from '../support/start-process.js';
import { WebsocketClient } from '../support/websocket-client.js';

const model = 'demo';
const folder = mkdtempSync(join(tmpdir(), 'secret-files-'));
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
let backend: ScriptedBackend;
let service: ServiceProcess;

beforeAll(async () => {
  backend = await ScriptedBackend.start();
  service = ServiceProcess.start({
    BACKEND_URL: backend.url,
    PROXY_API_KEYS_FILE: write('clients', 'client-key-one-0123456789\n'),
    BACKEND_API_KEY_FILE: write('operator', 'operator-key-one-0123456789\n'),
    SEAL_KEYS_FILE: write('seal', 'seal-key-one-0123456789\n'),
  });
  await service.listening();
});
afterAll(async () => {
  await service.kill();
  await backend.close();
  rmSync(folder, { recursive: true });
});

const clientWith = (apiKey: string) =>
  new OpenAI({ baseURL: `${service.url}/v1`, apiKey, maxRetries: 0 });

it('secrets in files change with a SIGHUP, and no stream or sealed text is lost', async () => {
  const before = clientWith('client-key-one-0123456789');
  const after = clientWith('client-key-two-0123456789');
  const include = ['reasoning.encrypted_content' as const];
  const sealed = await before.responses.create({ model, input: 'Hi', store: false, include });
  expect(backend.lastCall.headers.authorization).toBe('Bearer operator-key-one-0123456789');
  await expect(after.responses.create({ model, input: 'Hi' })).rejects.toMatchObject({
    status: 401,
  });
  const socket = await WebsocketClient.open(`${service.url}/v1`, {
    headers: { authorization: 'Bearer client-key-one-0123456789' },
  });

  let release = (): void => undefined;
  backend.enqueue(gatedAnswer(new Promise<void>((open) => (release = open))));
  const stream = await before.responses.create({ model, input: 'Hi', stream: true });
  let text = '';
  for await (const event of stream) {
    if (event.type !== 'response.output_text.delta') continue;
    text += event.delta;
    if (event.delta !== 'one') continue;
    write('clients', 'client-key-two-0123456789');
    write('operator', 'operator-key-two-0123456789');
    write('seal', 'seal-key-two-0123456789\nseal-key-one-0123456789\n');
    service.send('SIGHUP');
    await service.said('"msg":"secrets_reloaded"');
    release();
  }
  expect(text).toBe('one two');

  await expect(before.responses.create({ model, input: 'Hi' })).rejects.toMatchObject({
    status: 401,
  });
  // The socket was opened with a key that is none any more.
  socket.send({ model, input: 'Hi' });
  expect(await socket.turn()).toMatchObject([{ type: 'error', status: 401 }]);
  socket.socket.close();
  const input = [...sealed.output, { role: 'user' as const, content: 'And?' }];
  await after.responses.create({ model, input: input as never, store: false });
  expect(backend.lastCall.headers.authorization).toBe('Bearer operator-key-two-0123456789');
  expect(backend.lastCall.body).toMatchObject({
    messages: [{ role: 'assistant' }, { role: 'user', content: 'And?' }],
  });
});

it('what is wrong with a file is logged, and everything stays as it was', async () => {
  const client = clientWith('client-key-two-0123456789');
  await client.responses.create({ model, input: 'Hi' });
  write('clients', 'short');
  service.send('SIGHUP');
  await service.said('"msg":"secrets_not_reloaded"');
  expect(service.logs('secrets_not_reloaded')).toMatchObject([
    { level: 'ERROR', problems: [expect.stringMatching(/^PROXY_API_KEYS must be/)] },
  ]);
  await client.responses.create({ model, input: 'Hi' });
  for (const secret of ['client-key', 'operator-key', 'seal-key', 'short"']) {
    expect(service.output).not.toContain(secret);
  }
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import OpenAI, { toFile } from 'openai';
import { S3Server } from '../store/support/s3-server.js';
import { ChatChunks, ScriptedBackend, streamOf } from '../support/scripted-backend.js';
import { startApp, type StartedApp } from '../support/start-app.js';

/** Files whose bytes are in a bucket that speaks S3, with the store of the service as their index. */
const KEYS = ['sk-proxy-key-of-alice', 'sk-proxy-key-of-bob-'] as const;
const mebibyte = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'files-in-bucket-'));
let bucket: S3Server;
let backend: ScriptedBackend;
let app: StartedApp;
let alice: OpenAI;
let bob: OpenAI;

beforeAll(async () => {
  [bucket, backend] = [await S3Server.start(), await ScriptedBackend.start()];
  const secret = join(folder, 'secret');
  writeFileSync(secret, `${bucket.settings.secretAccessKey}\n`);
  app = await startApp({
    BACKEND_URL: backend.url,
    PROXY_API_KEYS: KEYS.join(','),
    BACKEND_API_KEY: 'sk-backend-key',
    STORE_URL: `sqlite:${folder}/store.db`,
    STORE_SECRET: 'a secret of the tests',
    FILES_URL: bucket.url,
    FILES_ACCESS_KEY_ID: bucket.settings.accessKeyId,
    FILES_SECRET_ACCESS_KEY_FILE: secret,
    MAX_OWNER_FILE_BYTES: String(4 * mebibyte),
  });
  [alice, bob] = KEYS.map(
    (apiKey) => new OpenAI({ baseURL: `${app.url}/v1`, apiKey, maxRetries: 0 }),
  ) as [OpenAI, OpenAI];
});
afterAll(async () => {
  await app.close();
  await Promise.all([backend.close(), bucket.stop()]);
  rmSync(folder, { recursive: true });
});

const upload = async (client: OpenAI, content: Buffer, name = 'x'): Promise<OpenAI.FileObject> =>
  client.files.create({ file: await toFile(content, name), purpose: 'user_data' });

it('are uploaded, listed, read, deleted, and never seen by others', async () => {
  const content = randomBytes(2 * mebibyte + 5);
  const file = await upload(alice, content, 'a.bin');
  expect(file.bytes).toBe(content.length);
  expect(bucket.keys).toHaveLength(3);
  expect((await alice.files.list()).data).toEqual([file]);
  const got = Buffer.from(await (await alice.files.content(file.id)).arrayBuffer());
  expect(got.equals(content)).toBe(true);
  expect((await bob.files.list()).data).toEqual([]);
  for (const attempt of [bob.files.content(file.id), bob.files.delete(file.id)]) {
    await expect(attempt).rejects.toMatchObject({ status: 404 });
  }
  await expect(upload(alice, Buffer.alloc(2 * mebibyte))).rejects.toMatchObject({ status: 413 });
  // Nothing of the refused one is left.
  expect(bucket.keys).toHaveLength(3);
  await alice.files.delete(file.id);
  expect(bucket.keys).toEqual([]);
});

it('are read by the requests that name them', async () => {
  const words = 'Grüße, 世界. '.repeat(100_000);
  const { id } = await upload(alice, Buffer.from(words), 'note.md');
  const chunks = new ChatChunks('m');
  backend.enqueue(streamOf(chunks.text('A greeting.'), chunks.finish('stop')));
  const { output_text: text } = await alice.responses.create({
    model: 'm',
    input: [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }],
  });
  expect(text).toBe('A greeting.');
  const { messages } = backend.lastCall.body as { messages: { content: string }[] };
  expect(JSON.stringify(messages)).toContain(words);
  await alice.files.delete(id);
});

it('are a 503 while the bucket fails: nothing of an upload stays, and no key is told', async () => {
  const { id } = await upload(alice, Buffer.from('here'));
  bucket.faults.push(503, 503);
  await expect(alice.files.content(id)).rejects.toMatchObject({ status: 503 });
  bucket.faults.push(403);
  const refused = upload(alice, Buffer.from('there'));
  await expect(refused).rejects.toMatchObject({ status: 503, code: 'store_unavailable' });
  await expect(refused).rejects.not.toThrow(/bucket|SlowDown/);
  expect((await alice.files.list()).data.map((file) => file.id)).toEqual([id]);
  expect(bucket.keys).toHaveLength(1);
  const logged = JSON.stringify(app.logs());
  expect(logged).toContain('store_failed files.append: The bucket answered 403 (SlowDown).');
  const { accessKeyId, secretAccessKey } = bucket.settings;
  for (const key of [accessKeyId, secretAccessKey]) expect(logged).not.toContain(key);
});

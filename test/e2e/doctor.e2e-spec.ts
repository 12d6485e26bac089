import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { S3Server } from '../store/support/s3-server.js';
import { freePort } from '../support/free-port.js';
import { jsonReply, ScriptedBackend } from '../support/scripted-backend.js';

let backend: ScriptedBackend;
beforeAll(async () => {
  backend = await ScriptedBackend.start();
});
afterAll(() => backend.close());

interface Result {
  code: number;
  said: string;
}

/** Runs the built doctor with these variables alone. */
function doctor(environment: Record<string, string>, ...args: string[]): Promise<Result> {
  return new Promise((done) => {
    const options = { cwd: tmpdir(), env: environment };
    execFile(
      process.execPath,
      [resolve('dist/doctor.js'), ...args],
      options,
      (error, out, errors) => {
        done({ code: error === null ? 0 : Number(error.code), said: out + errors });
      },
    );
  });
}

const resultOf = ({ said }: Result, check: string): string | undefined =>
  said
    .split('\n')
    .find((line) => line.slice(6).startsWith(check))
    ?.slice(0, 4)
    .trim();

it('goes the way of a request, and finds nothing in the way', async () => {
  const key = 'sk-a-key-that-nobody-may-see';
  const environment = { BACKEND_URL: backend.url, OPENAI_API_KEY: key };
  const result = await doctor(environment);
  expect(result).toMatchObject({ code: 0 });
  for (const check of ['settings', 'open files', 'backend name', 'connection', 'model list']) {
    expect([check, resultOf(result, check)]).toEqual([check, expect.stringMatching(/ok|warn/)]);
  }
  expect(resultOf(result, 'answer')).toBe('ok');
  expect(resultOf(result, 'store')).toBe('ok');
  // Nothing outlives the process with these settings.
  expect(resultOf(result, 'secrets')).toBe('warn');
  const asked = backend.calls.at(-1)!;
  expect(asked.headers.authorization).toBe(`Bearer ${key}`);
  expect(asked.body).toMatchObject({ stream: true, max_tokens: 16 });
  expect(result.said).not.toContain(key);
});

it('says what is in the way of the backend, as JSON too, and ends with 1', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}/v1`;
  const result = await doctor({ BACKEND_URL: nowhere }, '--json');
  expect(result.code).toBe(1);
  const { findings } = JSON.parse(result.said) as { findings: object[] };
  const refused: unknown = expect.stringContaining('ECONNREFUSED');
  expect(findings).toContainEqual({ check: 'connection', result: 'fail', detail: refused });
  expect(findings).toContainEqual(expect.objectContaining({ check: 'store', result: 'ok' }));
});

it('writes a file into the bucket, and says what the bucket answers', async () => {
  const [bucket, folder] = [await S3Server.start(), mkdtempSync(join(tmpdir(), 'doctor-'))];
  const { accessKeyId, secretAccessKey } = bucket.settings;
  const environment = {
    BACKEND_URL: backend.url,
    STORE_URL: `sqlite:${folder}/store.db`,
    STORE_SECRET: 'a secret of the tests',
    FILES_URL: bucket.url,
    FILES_ACCESS_KEY_ID: accessKeyId,
  };
  const right = await doctor({ ...environment, FILES_SECRET_ACCESS_KEY: secretAccessKey });
  expect([resultOf(right, 'files'), bucket.keys]).toEqual(['ok', []]);
  const wrong = await doctor({ ...environment, FILES_SECRET_ACCESS_KEY: 'a-wrong-secret-key' });
  expect(wrong.said).toMatch(/fail {2}files .*The bucket answered 403 \(SignatureDoesNotMatch\)/);
  expect(wrong.said).not.toContain('a-wrong-secret-key');
  await bucket.stop();
  rmSync(folder, { recursive: true });
});

it('names every setting that is wrong, and the refusal of a key', async () => {
  const wrong = await doctor({ HOST_PORT: 'x', SEAL_KEYS_FILE: '/nowhere' });
  expect(wrong.code).toBe(1);
  expect(wrong.said).toContain('fail  settings  HOST_PORT must be');
  expect(wrong.said).toContain('fail  settings  SEAL_KEYS_FILE cannot be read');

  backend.enqueue(jsonReply(401, { error: { message: 'no' } }));
  const refused = await doctor({ BACKEND_URL: backend.url }, '--model', 'm');
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(/fail {2}answer .*m: status 401: the key is missing or refused/);
});

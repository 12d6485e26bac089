import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { loadSettings } from './configuration.module.js';
import { readSecretFiles } from './secret-files.js';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it('a secret stands in a file, a list of them in lines', async () => {
  const { sealing, store, backend, access, secretFiles } = await loadSettings({
    SEAL_KEYS_FILE: file('seal', 'first-seal-key-0123\r\nsecond-seal-key-0123\n'),
    STORE_SECRET_FILE: file('store', 'store-secret-0123456\n'),
    STORE_URL_FILE: file('url', 'redis://user:password@redis:6379\n'),
    BACKEND_API_KEY_FILE: file('backend', 'operator-key-0123456'),
    PROXY_API_KEYS_FILE: file('keys', 'client-key-0123456789,client-key-9876543210'),
  });
  expect(sealing.keys).toEqual(['first-seal-key-0123', 'second-seal-key-0123']);
  expect(store).toMatchObject({
    secret: 'store-secret-0123456',
    url: 'redis://user:password@redis:6379',
  });
  expect(backend.apiKey).toBe('operator-key-0123456');
  expect(access.keyDigests).toHaveLength(2);
  expect(secretFiles).toHaveLength(5);
});

it('what is wrong with a file is told with the other problems, without a word of what is in it', async () => {
  const loading = loadSettings({
    HOST_PORT: 'x',
    SEAL_KEYS: 'a-seal-key-0123456789',
    SEAL_KEYS_FILE: file('both', 'another-seal-key-0123'),
    STORE_SECRET_FILE: join(folder, 'missing'),
    BACKEND_API_KEY_FILE: file('empty', '\n'),
    PROXY_API_KEYS_FILE: file('short', 'too-short'),
  });
  const problems = await loading.then(
    () => [],
    (error: unknown) => (error as { problems: string[] }).problems,
  );
  expect([...problems].sort()).toEqual([
    'BACKEND_API_KEY_FILE names an empty file',
    'HOST_PORT must be a whole number from 0 to 65535',
    'PROXY_API_KEYS must be a comma-separated list of secrets of at least 16 characters',
    'SEAL_KEYS_FILE and SEAL_KEYS are both set: which of them is meant?',
    'STORE_SECRET_FILE cannot be read (ENOENT)',
  ]);
});

it('without files nothing changes', () => {
  const given = { SEAL_KEYS: 'x', SEAL_KEYS_FILE: ' ' };
  expect(readSecretFiles(given)).toEqual({ raw: given, names: [], problems: [] });
});

it('a misspelt name is told as any other', async () => {
  await expect(loadSettings({ SEAL_KEY_FILE: '/x' })).rejects.toMatchObject({
    problems: ['SEAL_KEY_FILE is no setting: SEAL_KEYS_FILE is meant?'],
  });
});

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/config/configuration.module.js';

const main = resolve('dist/main.js');

/** `npm test` builds first; the start itself can only be tested on the built service. */
describe('the start of the service', () => {
  let directory: string;
  let child: ChildProcessWithoutNullStreams | undefined;
  beforeEach(async () => {
    expect(existsSync(main)).toBe(true);
    directory = await mkdtemp(join(tmpdir(), 'start-'));
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  function start(environment: Record<string, string>): {
    child: ChildProcessWithoutNullStreams;
    output: () => string;
  } {
    let text = '';
    child = spawn(process.execPath, [main], { cwd: directory, env: environment });
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    child.stderr.on('data', (chunk) => (text += String(chunk)));
    return { child, output: () => text };
  }

  it('lists everything at once, the backend files and .env included, without a stack', async () => {
    await writeFile(join(directory, '.env'), 'BACKEND_ULR=http://h\nMY_OWN=1\n');
    await writeFile(
      join(directory, 'p.yaml'),
      'models:\n  a: { thinkTags: never }\n  b: { vision: { backend: eyes, model: c } }\n',
    );
    await mkdir(join(directory, 'prompts/hello'), { recursive: true });
    await writeFile(join(directory, 'prompts/hello/1.md'), 'Hi {{ }}');
    const { child: service, output } = start({
      PROMPTS_DIR: 'prompts',
      BACKEND_DIALECT: 'nope',
      BACKEND_PROFILES: 'p.yaml',
      HOST_PORT: 'x',
      WEB_CONCURRENCY: '2',
    });
    const [code] = await once(service, 'close');
    expect(code).toBe(1);
    expect(output().trim().split('\n')).toEqual([
      expect.stringMatching(/^ERROR BACKEND_DIALECT must be auto or one of/),
      expect.stringMatching(/^ERROR BACKEND_PROFILES models\["a"\]: thinkTags must be one of/),
      'ERROR BACKEND_ULR is no setting: BACKEND_URL is meant?',
      expect.stringMatching(/^ERROR HOST_PORT must be/),
      'ERROR MY_OWN in .env is no setting',
      expect.stringMatching(/^ERROR PROMPTS_DIR hello\/1.md line 1 of a text has {{ without/),
      expect.stringMatching(/^ERROR STORE_URL must be/),
    ]);
  });

  it('stops with all problems, by name and rule, never by value', async () => {
    await writeFile(join(directory, '.env'), 'HOST_PORT=hunter2\nCADDY_TLS=perhaps\n');
    const { child: service, output } = start({
      BACKEND_URL: 'https://user:hunter2@host/',
      CADDY_TLS: 'true',
    });
    const [code] = await once(service, 'close');
    expect(code).toBe(1);
    expect(output().trim().split('\n')).toEqual([
      'ERROR BACKEND_URL must be an http or https URL without user, password or fragment',
      'ERROR HOST_PORT must be a whole number from 0 to 65535',
    ]);
  });

  it('reads .env, says where it listens, and stops cleanly on SIGTERM', async () => {
    await writeFile(join(directory, '.env'), 'HOST_PORT=0\nHOST=127.0.0.1\n');
    const backend = 'http://127.0.0.1:9/v1/chat/completions';
    const { child: service, output } = start({ BACKEND_URL: `${backend}?key=hunter2` });
    while (!output().includes('"msg":"listening"')) await once(service.stdout, 'data');
    const lines = output().trim().split('\n');
    const banner = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find(({ msg }) => msg === 'listening');
    expect(banner).toMatchObject({ level: 'INFO', backend, dialect: 'auto' });
    expect(output()).not.toContain('hunter2');
    expect((await fetch(`${String(banner?.url)}/health`)).status).toBe(200);
    service.kill('SIGTERM');
    expect(await once(service, 'close')).toEqual([0, null]);
  });

  it('stops with code 1 when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const { child: service, output } = start({ HOST: '127.0.0.1', HOST_PORT: port });
    const [code] = await once(service, 'close');
    taken.close();
    expect(code).toBe(1);
    expect(output()).toContain('EADDRINUSE');
  });
});

it('loadSettings leaves the environment of the process as it is', async () => {
  const before = { ...process.env };
  const settings = await loadSettings({ HOST_PORT: '1234' });
  expect(settings.server.port).toBe(1234);
  expect(process.env).toEqual(before);
  await expect(loadSettings({ HOST_PORT: 'x' })).rejects.toThrow('HOST_PORT must be');
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { metric } from '../support/metrics.js';
import { ChatChunks, ScriptedBackend } from '../support/scripted-backend.js';
import { startService, type Service } from '../support/start-service.js';

/** Gives a folder on a disk of 4 MB, or undefined where nobody may mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmdirSync(folder);
    return undefined;
  }
}

const disk = smallDisk();

/** Fills the disk at this folder. */
function fill(filler: string): void {
  for (const bytes of [1024 * 1024, 4096]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      // There is no more room for so many.
    }
  }
}

/** Asks until it is so; the test's own time is the bound. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await sleep(100);
}

(disk === undefined ? describe.skip : describe)('a full disk under SQLite', () => {
  const folder = String(disk);
  const filler = join(folder, 'filler');
  const chunks = new ChatChunks('m');
  let service: Service;

  beforeAll(async () => {
    service = await startService({ STORE_URL: `sqlite:${join(folder, 'r.db')}` });
  });
  afterAll(async () => {
    await service.close();
    execFileSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });

  const read = async (id: string) => {
    const reply = await fetch(`${service.baseURL}/responses/${id}`, {
      headers: { authorization: 'Bearer sk-test-Abcdefghijklmnopqrstuvwxyz0123456789' },
    });
    return { status: reply.status, body: (await reply.json()) as { status?: string } };
  };

  it('that has room again leaves no response in progress: what was told to be stored is whole, all else is gone', async () => {
    let goOn = (): void => undefined;
    const filled = new Promise<void>((resolve) => (goOn = resolve));
    const asked = 6;
    for (let number = 0; number < asked; number += 1) {
      const steps = [
        { data: chunks.text('x') },
        { until: filled },
        { data: chunks.text('y'.repeat(100_000)) },
        { data: chunks.finish('stop') },
        { write: 'data: [DONE]\n\n' },
      ];
      service.backend.enqueue({ steps });
    }
    const post = async (body: object) =>
      (await service.post({ model: 'm', input: 'Hi', ...body })).json();
    const calls = Array.from({ length: asked - 1 }, () => service.backend.nextCall());
    const foreground = calls.map(() => post({}) as Promise<{ id: string; store: boolean }>);
    await Promise.all(calls);
    const { id } = (await post({ background: true })) as { id: string };
    await until(async () => (await read(id)).body.status === 'in_progress');

    fill(filler);
    goOn();
    const answers = await Promise.all(foreground);
    expect(answers.map(({ store }) => store)).toEqual(calls.map(() => false));
    await service.proxy.nextLog(({ msg }) => /store_failed .*full/.test(msg));
    const health = await (await fetch(`${service.proxy.url}/health`)).json();
    expect(health).toMatchObject({ store: { is_available: false } });

    rmSync(filler);
    for (const answer of answers) await until(async () => (await read(answer.id)).status === 404);
    await until(async () => (await read(id)).body.status === 'completed');
  }, 60_000);
});

it('a full disk under the log and the dumps is counted, and nothing else: requests go on, and so does the end', async () => {
  const backend = await ScriptedBackend.start();
  const port = await freePort();
  const full = openSync('/dev/full', 'w');
  const small = smallDisk();
  if (small !== undefined) fill(join(small, 'filler'));
  const env = {
    BACKEND_URL: backend.url,
    HOST: '127.0.0.1',
    HOST_PORT: String(port),
    ENABLE_LOG_VOLUME: 'true',
    // Where nobody may mount a disk, this is no folder.
    LOG_DIR: join(small ?? '/dev/full', 'dumps'),
  };
  const main = resolve('dist/main.js');
  const service = spawn(process.execPath, [main], {
    cwd: tmpdir(),
    env,
    stdio: ['ignore', full, 'ignore'],
  });
  const exit = once(service, 'exit');
  try {
    const url = `http://127.0.0.1:${port}`;
    await until(() =>
      fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const post = () =>
      fetch(`${url}/v1/responses`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer sk-a-key-0123456789',
        },
        body: JSON.stringify({ model: 'm', input: 'Hi' }),
      });
    for (let count = 0; count < 5; count += 1) {
      const reply = await post();
      expect(await reply.json()).toMatchObject({ status: 'completed' });
    }
    await until(async () => (await metric(url, 'responses_proxy_log_failures_total')) > 1);
    await until(async () => (await metric(url, 'responses_proxy_dumps_dropped_total')) > 1);
    expect((await post()).status).toBe(200);
    service.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  } finally {
    service.kill('SIGKILL');
    await exit;
    closeSync(full);
    await backend.close();
    if (small !== undefined) {
      execFileSync('umount', ['-l', small]);
      rmdirSync(small);
    }
  }
}, 30_000);

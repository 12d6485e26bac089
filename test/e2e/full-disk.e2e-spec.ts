import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChatChunks } from '../support/scripted-backend.js';
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

  function fill(): void {
    for (const bytes of [1024 * 1024, 4096]) {
      try {
        for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
      } catch {
        // There is no more room for so many.
      }
    }
  }

  const read = async (id: string) => {
    const reply = await fetch(`${service.baseURL}/responses/${id}`, {
      headers: { authorization: 'Bearer sk-test-Abcdefghijklmnopqrstuvwxyz0123456789' },
    });
    return { status: reply.status, body: (await reply.json()) as { status?: string } };
  };

  /** Asks until it is so; the test's own time is the bound. */
  async function until(ask: () => Promise<boolean>): Promise<void> {
    while (!(await ask())) await sleep(100);
  }

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

    fill();
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

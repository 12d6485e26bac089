import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { RecordCodec } from '../../src/store/record-codec.js';
import { SqliteStore } from '../../src/store/sqlite/sqlite.store.js';

const kills = 50;
const writer = resolve(import.meta.dirname, 'support/crash-writer.mjs');
const folder = mkdtempSync(join(tmpdir(), 'responses-crash-'));
const path = join(folder, 'responses.db');

/** Runs the built store (`npm test` builds first) and kills it in the middle of its writes. */
async function writeUntilKilled(prefix: string): Promise<string[]> {
  const child = spawn(process.execPath, ['--no-warnings', writer, path, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  let printed = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
    // Another place each time, with a write on its way most likely.
    if (printed.split('\n').length > 20 + prefix.length) child.kill('SIGKILL');
  });
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return printed.split('\n').slice(0, -1);
}

describe('the sqlite store', () => {
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it(`finds every acknowledged response after kill -9, ${kills} times`, async () => {
    const acknowledged: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      acknowledged.push(...(await writeUntilKilled(`${kill}`)));
    }
    const store = new SqliteStore({
      path,
      codec: new RecordCodec(),
      clock: { now: () => Date.now() },
      ttlMs: 3_600_000,
      maxBytes: 2 ** 30,
    });
    expect(acknowledged.length).toBeGreaterThan(kills * 20);
    for (const id of acknowledged) {
      expect((await store.responses.find('o', id))?.response.status).toBe('completed');
    }
    await store.close();
  }, 90_000);
});

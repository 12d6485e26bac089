import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { PostgresStore } from '../../src/store/postgres/postgres.store.js';
import { RecordCodec } from '../../src/store/record-codec.js';
import type { ResponseStore } from '../../src/store/response-store.port.js';
import { SqliteStore } from '../../src/store/sqlite/sqlite.store.js';
import { postgresIsMissing, PostgresServer } from './support/postgres-server.js';

const kills = 50;
const writer = resolve(import.meta.dirname, 'support/crash-writer.mjs');

/** Runs the built store (`npm test` builds first) and kills it in the middle of its writes. */
async function writeUntilKilled(url: string, prefix: string): Promise<string[]> {
  const child = spawn(process.execPath, ['--no-warnings', writer, url, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  let printed = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
    // It stops in another place each time, with a write on its way most likely.
    if (printed.split('\n').length > 20 + prefix.length) child.kill('SIGKILL');
  });
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return printed.split('\n').slice(0, -1);
}

interface Technology {
  url: string;
  open: () => ResponseStore | Promise<ResponseStore>;
  /** Kills the store itself beside its writers. */
  crash?: () => Promise<void>;
  remove: () => void | Promise<void>;
}

const options = { codec: new RecordCodec(), ttlMs: 3_600_000 };

function sqlite(): Technology {
  const folder = mkdtempSync(join(tmpdir(), 'responses-crash-'));
  const path = join(folder, 'responses.db');
  const clock = { now: () => Date.now() };
  return {
    url: `sqlite:${path}`,
    open: () => new SqliteStore({ ...options, path, clock, maxBytes: 2 ** 30 }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgres(): Promise<Technology> {
  const server = await PostgresServer.start();
  const { url } = server;
  return {
    url,
    open: () =>
      PostgresStore.open({ ...options, url, maxConnections: 2, onError: () => undefined }),
    crash: async () => {
      await server.kill();
      await server.restart();
    },
    remove: () => server.stop(),
  };
}

const technologies: Record<string, () => Technology | Promise<Technology>> = {
  sqlite,
  ...(postgresIsMissing() ? {} : { postgres }),
};

/** All run at the same time, since one writer leaves the machine idle. */
it.concurrent.each(Object.keys(technologies))(
  `finds every acknowledged response and file, and no half file, after kill -9, ${kills} times, on %s`,
  async (name) => {
    const technology = await technologies[name]!();
    const acknowledged: string[] = [];
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        acknowledged.push(...(await writeUntilKilled(technology.url, `${kill}`)));
      }
      await technology.crash?.();
      const store = await technology.open();
      expect(acknowledged.length).toBeGreaterThan(kills * 20);
      const files = acknowledged.filter((id) => id.startsWith('file'));
      const responses = acknowledged.filter((id) => !id.startsWith('file'));
      expect(files.length).toBeGreaterThan(kills * 4);
      const all = { after: undefined, limit: 1e6, order: 'asc', purpose: undefined } as const;
      const seen = (await store.files!.page('o', all))!.files.map(({ id }) => id);
      expect(seen).toEqual(expect.arrayContaining(files));
      for (const id of seen) {
        expect((await store.files!.read('o', id, 0))?.length).toBe(5_000);
        expect((await store.files!.read('o', id, 1))?.toString()).toBe('end');
      }
      for (const id of responses) {
        expect((await store.responses.find('o', id))?.response.status).toBe('completed');
      }
      await store.close();
    } finally {
      await technology.remove();
    }
  },
  400_000,
);

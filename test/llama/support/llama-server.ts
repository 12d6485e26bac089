import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';
import { tinyModel } from './tiny-model.js';

export interface LlamaServer {
  /** BACKEND_URL should be this. */
  url: string;
  close: () => Promise<void>;
}

/** Starts the server at `path` with the model in that file, else the tiny one, and waits until it is ready. */
export async function startLlamaServer(path: string, file?: string): Promise<LlamaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'llama-'));
  const model = file ?? join(folder, 'tiny.gguf');
  if (file === undefined) await writeFile(model, tinyModel());
  const port = await freePort();
  const options = ['--host', '127.0.0.1', '--port', String(port), '--model', model];
  const quick = [
    '--ctx-size',
    '4096',
    '--parallel',
    '2',
    '--threads',
    '1',
    '--temp',
    '0',
    '--jinja',
  ];
  const server = spawn(path, [...options, ...quick], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (bytes) => (log = `${log}${String(bytes)}`.slice(-4000)));
  const close = async (): Promise<void> => {
    const closed = server.exitCode === null ? once(server, 'close') : undefined;
    server.kill('SIGKILL');
    await closed;
    await rm(folder, { recursive: true, force: true });
  };
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200 && server.exitCode === null; tries++) {
    const health = await fetch(`${origin}/health`).catch(() => undefined);
    if (health?.ok === true) return { url: `${origin}/v1/chat/completions`, close };
    await sleep(100);
  }
  await close();
  throw new Error(`The llama-server did not start:\n${log}`);
}

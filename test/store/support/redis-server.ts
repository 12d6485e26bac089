import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { hasRedis } from '../../support/tell-what-is-missing.mjs';
import { ServerProcess } from './server-process.js';

/** Runs a `redis-server` of the tests' own on 127.0.0.1, without persistence. */
export class RedisServer extends ServerProcess {
  /** What it held is gone with it. */
  protected readonly killedBy = 'SIGKILL';
  protected readonly launch = launch;

  static async start(): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'responses-redis-'));
    const port = await freePort();
    return new RedisServer({ port, folder, process: await launch(port, folder) });
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }
}

/** Tells whether it is missing. The run says so once (tell-what-is-missing.mjs); CI must have it. */
export function redisIsMissing(): boolean {
  if (hasRedis) return false;
  if (process.env.CI === 'true') throw new Error('redis-server is not installed.');
  return true;
}

async function launch(port: number, folder: string): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const server = spawn('redis-server', [...options, '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => {
      reject(new Error(`redis-server ended with ${String(code)}`));
    });
    server.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
  return server;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { hasRedis } from '../../support/tell-what-is-missing.mjs';

/** Runs a `redis-server` of the tests' own on 127.0.0.1, without persistence. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private process: ChildProcess,
  ) {}

  static async start(): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'responses-redis-'));
    const port = await freePort();
    return new RedisServer(port, folder, await launch(port, folder));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Kills it as a crash would, so what it held is gone. */
  async kill(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  /** Starts it again on the same port, empty. */
  async restart(): Promise<void> {
    this.process = await launch(this.port, this.folder);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
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

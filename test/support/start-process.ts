import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { MemoryGroup } from './memory-group.js';

export type Exit = [code: number | null, signal: NodeJS.Signals | null];

/**
 * Runs the built service as a process of its own: signals, exit codes and crashes are part of what is tested. `npm test` builds
 * first. It gets these variables only, and reads no `.env` but one in `folder`.
 */
export class ServiceProcess {
  /** Resolves when it is gone and all that it said has been read. */
  readonly exit: Promise<Exit>;
  private text = '';
  private isOver = false;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    }
    this.exit = once(child, 'close').then((exit) => {
      this.isOver = true;
      return exit as Exit;
    });
  }

  static start(
    environment: Record<string, string>,
    folder = tmpdir(),
    flags: readonly string[] = [],
    group?: MemoryGroup,
  ): ServiceProcess {
    const node = [...flags, resolve('dist/main.js')];
    const [command, values] = group?.running(process.execPath, node) ?? [process.execPath, node];
    return new ServiceProcess(
      spawn(command, values, {
        cwd: folder,
        // Hundreds of starts read what the first ones have compiled.
        env: {
          HOST: '127.0.0.1',
          HOST_PORT: '0',
          NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled'),
          ...environment,
        },
      }),
    );
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get output(): string {
    return this.text;
  }

  /** Says where it listens, without a slash at the end. */
  get url(): string {
    return String(this.logs('listening')[0]?.url);
  }

  /** Resolves when it listens, with WEB_CONCURRENCY so many times. */
  async listening(times = 1): Promise<void> {
    await this.said('"msg":"listening"', times);
  }

  /** Gives its log lines with this message. */
  logs(message: string): Record<string, unknown>[] {
    const lines = this.text.split('\n').filter((line) => line.includes(`"msg":"${message}"`));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Resolves when it has said `text` so often; rejects when it ends without. */
  async said(text: string, times = 1): Promise<void> {
    while (this.text.split(text).length <= times) {
      if (this.isOver) throw new Error(`It ended before it said ${text}:\n${this.text}`);
      await Promise.race([once(this.child.stdout, 'data'), this.exit]);
    }
  }

  send(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Kills it as a crash would; nothing happens when it is gone already. */
  async kill(): Promise<Exit> {
    this.child.kill('SIGKILL');
    return this.exit;
  }
}

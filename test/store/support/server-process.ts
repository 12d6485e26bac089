import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';

export interface LaunchedServer {
  port: number;
  /** The data lies there, and goes with the server. */
  folder: string;
  process: ChildProcess;
}

/** Keeps a database server of the tests' own: it can be killed, started again on the same port, and stopped for good. */
export abstract class ServerProcess {
  protected abstract readonly killedBy: NodeJS.Signals;

  protected constructor(private readonly server: LaunchedServer) {}

  get port(): number {
    return this.server.port;
  }

  /** Kills it as a crash would. */
  async kill(): Promise<void> {
    const exited = once(this.server.process, 'exit');
    this.server.process.kill(this.killedBy);
    await exited;
  }

  /** Starts it again on the same port. */
  async restart(): Promise<void> {
    this.server.process = await this.launch(this.server.port, this.server.folder);
  }

  async stop(): Promise<void> {
    const { process, folder } = this.server;
    if (process.exitCode === null && process.signalCode === null) await this.kill();
    rmSync(folder, { recursive: true, force: true });
  }

  /** Resolves when the server takes connections, and rejects when it ends before. */
  protected abstract launch(port: number, folder: string): Promise<ChildProcess>;
}

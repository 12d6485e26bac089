import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { PinoLogger } from 'nestjs-pino';
import { EnvironmentError } from '../config/read-environment.js';
import { FileWatch } from './file-watch.js';

/** Holds what a file says. */
export interface FileInForce {
  /** The state of the file that was read last without a problem, as `stateOfFile` tells it. */
  readonly fileState: string | undefined;
  /** Reads the file again. @throws EnvironmentError with its problems; all stays as it was then. */
  reload(): void;
}

/** Puts a change of a file that a setting names in force; each such file has its service. */
export abstract class WatchedFile implements OnApplicationBootstrap, OnModuleDestroy {
  protected isRefused = false;
  private readonly watch: FileWatch | undefined;

  /** @param messages are those of the log, for a file that was read and for one that was refused. */
  protected constructor(
    file: string | undefined,
    private readonly inForce: FileInForce,
    private readonly logger: PinoLogger,
    private readonly messages: { reloaded: string; refused: string },
  ) {
    this.watch =
      file === undefined
        ? undefined
        : new FileWatch(file, () => {
            this.use(file);
          });
  }

  onApplicationBootstrap(): void {
    this.watch?.start(this.inForce.fileState);
  }

  onModuleDestroy(): void {
    this.watch?.stop();
  }

  /** Reads the file now, as SIGHUP asks for. What is wrong with it is logged, and all stays as it was. */
  async reload(): Promise<void> {
    await this.watch?.reload();
  }

  private use(file: string): void {
    try {
      this.inForce.reload();
      this.isRefused = false;
      this.logger.info({ file }, this.messages.reloaded);
    } catch (error) {
      this.isRefused = true;
      const problems = error instanceof EnvironmentError ? error.problems : [String(error)];
      this.logger.error({ problems }, this.messages.refused);
    }
  }
}

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { FileWatch } from '../common/file-watch.js';
import { EnvironmentError } from '../config/read-environment.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { CallerMetrics } from '../metrics/caller.metrics.js';
import { CallerDirectory } from './caller-directory.service.js';

/** Puts a change of CALLERS_FILE in force. */
@Injectable()
export class CallersWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly watch: FileWatch | undefined;
  private isRefused = false;

  constructor(
    @Inject(SETTINGS) { access: { callersFile: file } }: Settings,
    private readonly directory: CallerDirectory,
    private readonly logger: PinoLogger,
    metrics: CallerMetrics,
  ) {
    this.watch =
      file === undefined
        ? undefined
        : new FileWatch(file, () => {
            this.use(file);
          });
    metrics.observeCallersFile(() => this.isRefused);
  }

  onApplicationBootstrap(): void {
    this.watch?.start(this.directory.fileState);
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
      this.directory.reload();
      this.isRefused = false;
      this.logger.info({ file }, 'callers_reloaded');
    } catch (error) {
      this.isRefused = true;
      const problems = error instanceof EnvironmentError ? error.problems : [String(error)];
      this.logger.error({ problems }, 'callers_not_reloaded');
    }
  }
}

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { FileWatch } from '../../../common/file-watch.js';
import { EnvironmentError } from '../../../config/read-environment.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { Backends } from './backends.service.js';

/** Puts a change of BACKENDS_FILE in force. */
@Injectable()
export class BackendsWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly watch: FileWatch | undefined;
  private isRefused = false;

  constructor(
    @Inject(SETTINGS) { routing: { file } }: Settings,
    private readonly backends: Backends,
    private readonly logger: PinoLogger,
    metrics: BackendMetrics,
  ) {
    this.watch =
      file === undefined
        ? undefined
        : new FileWatch(file, () => {
            this.use(file);
          });
    metrics.observeBackendsFile(() => this.isRefused);
  }

  onApplicationBootstrap(): void {
    this.watch?.start(this.backends.fileState);
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
      this.backends.reload();
      this.isRefused = false;
      this.logger.info({ file }, 'backends_reloaded');
    } catch (error) {
      this.isRefused = true;
      const problems = error instanceof EnvironmentError ? error.problems : [String(error)];
      this.logger.error({ problems }, 'backends_not_reloaded');
    }
  }
}

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { EnvironmentError } from '../../../config/read-environment.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { Backends } from './backends.service.js';
import { stateOfBackendsFile } from './read-backends-file.js';

const pauseMs = 1_000;

/**
 * Looks at BACKENDS_FILE once a second and puts a change in force. It reads the file instead of waiting for the system's notices:
 * Kubernetes swaps a link above the file, of which a watch on the file hears nothing.
 */
@Injectable()
export class BackendsWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly file: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  /** The state that was read last, whatever became of it. */
  private tried: string | undefined;
  private isRefused = false;

  constructor(
    @Inject(SETTINGS) { routing }: Settings,
    private readonly backends: Backends,
    private readonly logger: PinoLogger,
    metrics: BackendMetrics,
  ) {
    this.file = routing.file;
    metrics.observeBackendsFile(() => this.isRefused);
  }

  onApplicationBootstrap(): void {
    this.tried = this.backends.fileState;
    if (this.file !== undefined) this.planLook(this.file);
  }

  onModuleDestroy(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Reads the file now, as SIGHUP asks for. What is wrong with it is logged, and all stays as it was. */
  async reload(): Promise<void> {
    if (this.file === undefined) return;
    this.use(this.file, await stateOfBackendsFile(this.file));
  }

  private use(file: string, state: string): void {
    if (this.isStopped) return;
    this.tried = state;
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

  /** A change counts when it is there at two looks: a file that is being written is not a wrong one. */
  private async look(file: string, before?: string): Promise<void> {
    const state = await stateOfBackendsFile(file);
    if (state === before && state !== this.tried) this.use(file, state);
    this.planLook(file, state);
  }

  private planLook(file: string, before?: string): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.look(file, before), pauseMs).unref();
  }
}

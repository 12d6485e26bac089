import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { WatchedFile } from '../../../common/watched-file.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { Backends } from './backends.service.js';

/** Puts a change of BACKENDS_FILE in force. */
@Injectable()
export class BackendsWatch extends WatchedFile {
  constructor(
    @Inject(SETTINGS) { routing }: Settings,
    backends: Backends,
    logger: PinoLogger,
    metrics: BackendMetrics,
  ) {
    const messages = { reloaded: 'backends_reloaded', refused: 'backends_not_reloaded' };
    super(routing.file, backends, logger, messages);
    metrics.observeBackendsFile(() => this.isRefused);
  }
}

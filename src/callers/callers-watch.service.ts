import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { WatchedFile } from '../common/watched-file.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { CallerMetrics } from '../metrics/caller.metrics.js';
import { CallerDirectory } from './caller-directory.service.js';

/** Puts a change of CALLERS_FILE in force. */
@Injectable()
export class CallersWatch extends WatchedFile {
  constructor(
    @Inject(SETTINGS) { access }: Settings,
    directory: CallerDirectory,
    logger: PinoLogger,
    metrics: CallerMetrics,
  ) {
    const messages = { reloaded: 'callers_reloaded', refused: 'callers_not_reloaded' };
    super(access.callersFile, directory, logger, messages);
    metrics.observeCallersFile(() => this.isRefused);
  }
}

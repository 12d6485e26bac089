import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { SETTINGS } from '../config/settings.js';
import type { Settings } from '../config/settings.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { plainLogger } from './pino-options.js';
import { RequestLogService } from './request-log.service.js';
import { ServiceLogger } from './service-logger.js';
import { standardOutput } from './standard-output.js';
import { TrafficDumpService } from './traffic-dump.service.js';

/**
 * Provides the logger, the request log and the traffic dumps everywhere. The logger is pino's own under nestjs-pino's
 * token: nestjs-pino's module keeps one root logger per process, and two services in one process would share a level.
 */
@Module({})
export class LoggingModule {
  /** @param destination takes the lines in place of standard output. */
  static register(destination?: DestinationStream): DynamicModule {
    return {
      module: LoggingModule,
      global: true,
      imports: [MetricsModule],
      providers: [
        {
          provide: PinoLogger,
          inject: [SETTINGS, MetricsService],
          useFactory: ({ logging }: Settings, metrics: MetricsService) => {
            metrics.observeLog(() => standardOutput().troubles);
            return plainLogger(logging.level, destination);
          },
        },
        RequestLogService,
        {
          provide: ServiceLogger,
          inject: [PinoLogger],
          useFactory: (logger: PinoLogger) => new ServiceLogger(logger),
        },
        TrafficDumpService,
      ],
      exports: [PinoLogger, RequestLogService, ServiceLogger, TrafficDumpService],
    };
  }
}

import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { SETTINGS } from '../config/settings.js';
import type { Settings } from '../config/settings.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { pinoParams } from './pino-options.js';
import { RequestLogService } from './request-log.service.js';
import { ServiceLogger } from './service-logger.js';
import { TrafficDumpService } from './traffic-dump.service.js';

/** Provides the logger (everywhere, through nestjs-pino), the request log, and the traffic dumps. */
@Module({})
export class LoggingModule {
  /** Registers the module. `destination` takes the lines in place of standard output, which is for tests. */
  static register(destination?: DestinationStream): DynamicModule {
    return {
      module: LoggingModule,
      global: true,
      imports: [
        MetricsModule,
        LoggerModule.forRootAsync({
          inject: [SETTINGS],
          useFactory: (settings: Settings) => pinoParams(settings.logging.level, destination),
        }),
      ],
      providers: [RequestLogService, ServiceLogger, TrafficDumpService],
      exports: [RequestLogService, ServiceLogger, TrafficDumpService],
    };
  }
}

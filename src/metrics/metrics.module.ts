import { Module } from '@nestjs/common';
import { BackendMetrics } from './backend.metrics.js';
import { CallerMetrics } from './caller.metrics.js';
import { LoadMetrics } from './load.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics.server.js';
import { MetricsService } from './metrics.service.js';
import { Scrapes } from './scrapes.service.js';

@Module({
  controllers: [MetricsController],
  providers: [MetricsService, BackendMetrics, CallerMetrics, LoadMetrics, MetricsServer, Scrapes],
  exports: [MetricsService, BackendMetrics, CallerMetrics, LoadMetrics],
})
export class MetricsModule {}

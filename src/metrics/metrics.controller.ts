import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { unknownUrl } from '../common/error-table.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { MetricsService } from './metrics.service.js';

/** Serves Prometheus' text format, unless METRICS_PORT has it (metrics.server.ts). */
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly metrics: MetricsService,
  ) {}

  @Get()
  read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (this.settings.metrics.port !== undefined) throw unknownUrl('GET', '/metrics');
    void reply.type(this.metrics.registry.contentType);
    return this.metrics.read();
  }
}

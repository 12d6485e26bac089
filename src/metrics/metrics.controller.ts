import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { unknownUrl } from '../common/error-table.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Scrapes } from './scrapes.service.js';

/** Serves Prometheus' text format, unless METRICS_PORT has it (metrics.server.ts). */
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly scrapes: Scrapes,
  ) {}

  @Get()
  async read(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (this.settings.metrics.port !== undefined) throw unknownUrl('GET', '/metrics');
    const { contentType, text } = await this.scrapes.read(accept);
    void reply.type(contentType);
    return text;
  }
}

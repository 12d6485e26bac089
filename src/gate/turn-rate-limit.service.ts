import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { LoadMetrics } from '../metrics/load.metrics.js';
import { limitExceeded, requestsPerMinuteOf } from './rate-limit.js';

/** Limits by RATE_LIMIT_PER_MINUTE, or what CALLER says, what is no HTTP request of its own: the turns of a WebSocket. They share one count. */
@Injectable()
export class TurnRateLimit {
  private limiter: ReturnType<FastifyInstance['createRateLimit']> | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly adapterHost: HttpAdapterHost,
    private readonly metrics: LoadMetrics,
  ) {}

  /** Counts one turn of the client that opened the connection with `request`. @throws ApiError 429. */
  async count(request: FastifyRequest): Promise<void> {
    if (requestsPerMinuteOf(request, this.settings) === 0) return;
    const server = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    this.limiter ??= server.createRateLimit();
    const counted = await this.limiter(request);
    if (counted.isAllowed || !counted.isExceeded) return;
    this.metrics.requestRefused('rate_limit');
    throw limitExceeded(counted.ttl);
  }
}

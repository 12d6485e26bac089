import {
  Controller,
  Get,
  HttpStatus,
  Optional,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  type HealthCheckResult,
  type HealthIndicatorFunction,
} from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { StoreHealth, type StoreReport } from '../store/store.health.js';
import { BreakerHealthIndicator } from './breaker.health.js';
import { ReadinessHealthIndicator } from './readiness.health.js';

interface HealthReport {
  status: 'healthy' | 'unhealthy';
  circuit_breaker: ReturnType<BreakerHealthIndicator['report']>;
  backends?: Record<string, object>;
  store?: StoreReport;
}

interface ReadinessReport {
  status: 'ready' | 'not_ready';
  checks: Record<string, 'up' | 'down'>;
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly breaker: BreakerHealthIndicator,
    private readonly readiness: ReadinessHealthIndicator,
    @Optional() private readonly store?: StoreHealth,
  ) {}

  /** Tells whether requests are served; 503 while not. The shape is the Rust proxy's, which monitoring reads. */
  @Get()
  @HealthCheck()
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const result = await this.run([() => this.breaker.check()], reply);
    return {
      status: result.status === 'ok' ? 'healthy' : 'unhealthy',
      circuit_breaker: this.breaker.report(),
      ...this.breaker.reportBackends(),
      ...(await this.store?.report()),
    };
  }

  /** Tells whether the process answers at all. It never depends on the backend, or a restart would be the cure for its outage. */
  @Get('live')
  @HealthCheck()
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** Tells whether new requests should come here: not while draining, full, or (READY_REQUIRES_BACKEND) without a backend. */
  @Get('ready')
  @HealthCheck()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const result = await this.run(this.readiness.checks(), reply);
    const checks = Object.entries(result.details).map(([name, { status }]) => [name, status]);
    return {
      status: result.status === 'ok' ? 'ready' : 'not_ready',
      checks: Object.fromEntries(checks) as ReadinessReport['checks'],
    };
  }

  /** Terminus throws its result when a check is down, or when the service is shutting down. */
  private async run(
    checks: HealthIndicatorFunction[],
    reply: FastifyReply,
  ): Promise<HealthCheckResult> {
    try {
      return await this.health.check(checks);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
      return error.getResponse() as HealthCheckResult;
    }
  }
}

import { Controller, Get, HttpStatus, Res, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { BreakerHealthIndicator } from './breaker.health.js';

interface HealthReport {
  status: 'healthy' | 'unhealthy';
  circuit_breaker: ReturnType<BreakerHealthIndicator['report']>;
}

@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly breaker: BreakerHealthIndicator,
  ) {}

  /** Whether requests are served; 503 while not. The shape is the original proxy's, which monitoring reads. */
  @Get()
  @HealthCheck()
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthReport> {
    const healthy = await this.isHealthy();
    void reply.status(healthy ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return {
      status: healthy ? 'healthy' : 'unhealthy',
      circuit_breaker: this.breaker.report(),
    };
  }

  /** Whether the process answers at all: never depends on the backend, or a restart would be the cure for its outage. */
  @Get('live')
  @HealthCheck()
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** Terminus throws its report when a check is down. */
  private async isHealthy(): Promise<boolean> {
    try {
      await this.health.check([() => this.breaker.check()]);
      return true;
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return false;
      throw error;
    }
  }
}

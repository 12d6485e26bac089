import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BREAKER_STATE, noBreaker } from './breaker-state.port.js';
import { BreakerHealthIndicator } from './breaker.health.js';
import { HealthController } from './health.controller.js';

@Module({
  // Terminus would log every failing probe; the 503 has its line already.
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [BreakerHealthIndicator, { provide: BREAKER_STATE, useValue: noBreaker }],
})
export class HealthModule {}

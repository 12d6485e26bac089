import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BackendModule } from '../responses/backend/backend.module.js';
import { BackendBreaker } from '../responses/backend/layers/backend-breaker.service.js';
import { BackendProbe } from './backend-probe.service.js';
import { BREAKER_STATE } from '../responses/backend/layers/breaker-state.port.js';
import { BreakerHealthIndicator } from './breaker.health.js';
import { HealthController } from './health.controller.js';
import { RootController } from './root.controller.js';
import { ReadinessHealthIndicator } from './readiness.health.js';

@Module({
  // Terminus would log every failing probe; the 503 has its line already.
  imports: [TerminusModule.forRoot({ logger: false }), BackendModule],
  controllers: [HealthController, RootController],
  providers: [
    BackendProbe,
    BreakerHealthIndicator,
    ReadinessHealthIndicator,
    { provide: BREAKER_STATE, useExisting: BackendBreaker },
  ],
})
export class HealthModule {}

import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { BackendModule } from '../responses/backend/backend.module.js';
import { Backends } from '../responses/backend/routes/backends.service.js';
import { BackendProbe } from './backend-probe.service.js';
import { BREAKER_STATE } from '../responses/backend/breaker/breaker-state.port.js';
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
    { provide: BREAKER_STATE, useExisting: Backends },
  ],
})
export class HealthModule {}

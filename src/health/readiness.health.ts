import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { SETTINGS, type Settings } from '../config/settings.js';
import { DrainService } from '../gate/drain.service.js';
import { StreamLimiter } from '../gate/stream-limiter.js';
import { BackendProbe } from './backend-probe.service.js';
import {
  BREAKER_STATE,
  type BreakerState,
} from '../responses/backend/breaker/breaker-state.port.js';

/** Tells whether this replica should get new requests; a restart would not help it. */
@Injectable()
export class ReadinessHealthIndicator {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(BREAKER_STATE) private readonly breaker: BreakerState,
    private readonly indicators: HealthIndicatorService,
    private readonly drain: DrainService,
    private readonly limiter: StreamLimiter,
    private readonly backend: BackendProbe,
  ) {}

  checks(): (() => HealthIndicatorResult | Promise<HealthIndicatorResult>)[] {
    const checks = [
      () => this.result('accepting', !this.drain.isDraining),
      () => this.result('capacity', !this.limiter.isFull),
    ];
    if (!this.settings.server.readyRequiresBackend) return checks;
    return [...checks, async () => this.result('backend', await this.hasBackend())];
  }

  private async hasBackend(): Promise<boolean> {
    return !this.breaker.isOpen && (await this.backend.isReachable());
  }

  private result(name: string, up: boolean): HealthIndicatorResult {
    const session = this.indicators.check(name);
    return up ? session.up() : session.down();
  }
}

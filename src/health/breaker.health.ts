import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { BREAKER_STATE } from '../responses/backend/breaker/breaker-state.port.js';
import type { BackendStates } from '../responses/backend/breaker/breaker-state.port.js';

/** Shows the breaker to Terminus: it is down while it is open. */
@Injectable()
export class BreakerHealthIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    @Inject(BREAKER_STATE) private readonly breaker: BackendStates,
  ) {}

  check(): HealthIndicatorResult {
    const session = this.indicators.check('circuit_breaker');
    return this.breaker.isOpen ? session.down() : session.up();
  }

  /** Reports in the words that operators' scripts read. */
  report(): { enabled: boolean; is_open: boolean; consecutive_failures: number } {
    const { enabled, isOpen, consecutiveFailures } = this.breaker;
    return { enabled, is_open: isOpen, consecutive_failures: consecutiveFailures };
  }

  /** It has each of several backends. */
  reportBackends(): { backends?: Record<string, object> } {
    const { states } = this.breaker;
    if (states === undefined) return {};
    const reports = Object.entries(states).map(([name, { isOpen, consecutiveFailures }]) => [
      name,
      { is_open: isOpen, consecutive_failures: consecutiveFailures },
    ]);
    return { backends: Object.fromEntries(reports) as Record<string, object> };
  }
}

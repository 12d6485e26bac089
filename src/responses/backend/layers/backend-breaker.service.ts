import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { Observable } from 'rxjs';
import { CLOCK, type Clock } from '../../../common/clock.js';
import { backendSuspended } from '../../../common/gate-errors.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { BreakerState } from './breaker-state.port.js';
import { BackendMetrics } from '../../../metrics/backend.metrics.js';
import { BreakerCall, type Outcome } from './breaker-call.js';
import { isBackendFault } from './is-backend-fault.js';

/** The one call that tries a half-open circuit. */
interface Probe {
  outcome: Outcome;
  /** Until then other calls are refused; afterwards the next one tries in its place. */
  exclusiveUntil: number;
}

/**
 * The circuit breaker of the one backend host. After BREAKER_FAILURES faults in a row calls are refused at once, for
 * BREAKER_OPEN_SECS; then a single call may try: its first byte closes the circuit, its fault opens it again.
 */
@Injectable()
export class BackendBreaker implements BreakerState {
  private readonly logger = new Logger(BackendBreaker.name);
  private readonly options: Settings['backend']['breaker'];
  private readonly counter: ConsecutiveBreaker;
  private readonly circuit: CircuitBreakerPolicy;
  private opensUntil = 0;
  private probe: Probe | undefined;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly metrics: BackendMetrics,
  ) {
    this.options = settings.backend.breaker;
    this.counter = new ConsecutiveBreaker(this.options.failures);
    this.circuit = circuitBreaker(handleWhen(isBackendFault), {
      halfOpenAfter: this.options.openMs,
      breaker: this.counter,
    });
    this.circuit.onStateChange((state) => {
      this.stateChanged(state);
    });
    metrics.observeBreaker(() => this.position());
  }

  get enabled(): boolean {
    return this.options.enabled;
  }

  /** Over by itself when the time has come, so that `/health` recovers without traffic. */
  get isOpen(): boolean {
    return this.circuit.state === CircuitState.Open && this.clock.now() < this.opensUntil;
  }

  get consecutiveFailures(): number {
    return this.counter.state;
  }

  /** The source under the breaker's eye: each subscription is one call. */
  guard<T>(source: Observable<T>): Observable<T> {
    if (!this.enabled) return source;
    return new Observable((subscriber) => {
      const call = this.begin();
      const subscription = source.subscribe({
        next: (value) => {
          call.answered();
          subscriber.next(value);
        },
        error: (error: unknown) => {
          call.failed(error);
          subscriber.error(error);
        },
        complete: () => {
          call.ended();
          subscriber.complete();
        },
      });
      return () => {
        call.abandoned();
        subscription.unsubscribe();
      };
    });
  }

  /**
   * Begins a call; tell it what becomes of it.
   * @throws ApiError 503 with Retry-After while the circuit is open, or while another call tries it.
   */
  begin(): BreakerCall {
    if (!this.enabled) return new BreakerCall(Promise.withResolvers());
    if (this.isHalfOpen()) return this.takeProbe();
    const outcome: Outcome = Promise.withResolvers();
    let admitted = false as boolean; // set by the callback, which the checker does not see
    this.circuit
      .execute(() => {
        admitted = true;
        return outcome.promise;
      })
      .catch(() => undefined); // The caller has the error already.
    if (!admitted) throw this.refusal((this.opensUntil - this.clock.now()) / 1000);
    if (!this.isHalfOpen()) return new BreakerCall(outcome);
    this.probe = { outcome, exclusiveUntil: 0 };
    return this.takeProbe();
  }

  private isHalfOpen(): boolean {
    return this.circuit.state === CircuitState.HalfOpen;
  }

  private takeProbe(): BreakerCall {
    const now = this.clock.now();
    if (this.probe === undefined || now < this.probe.exclusiveUntil) throw this.refusal(1);
    const probe = this.probe;
    probe.exclusiveUntil = now + this.options.openMs;
    return new BreakerCall(probe.outcome, () => {
      probe.exclusiveUntil = 0;
    });
  }

  private refusal(seconds: number): Error {
    this.metrics.callSuspended();
    return backendSuspended(Math.max(1, Math.ceil(seconds)));
  }

  private position(): 'closed' | 'half_open' | 'open' {
    if (this.circuit.state === CircuitState.Closed) return 'closed';
    return this.isOpen ? 'open' : 'half_open';
  }

  private stateChanged(state: CircuitState): void {
    if (state === CircuitState.Open) {
      this.opensUntil = this.clock.now() + this.options.openMs;
      this.metrics.breakerOpened();
    }
    if (state !== CircuitState.HalfOpen) this.probe = undefined;
    const name = CircuitState[state];
    this.logger.warn(`Circuit breaker: ${name}, ${this.counter.state} failures in a row`);
  }
}

import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { Clock } from '../../../common/clock.js';
import { backendSuspended } from '../../../common/gate-errors.js';
import type { BreakerPosition } from '../../../metrics/backend.metrics.js';
import { BreakerCall, type Outcome } from './breaker-call.js';
import { isBackendFault } from './is-backend-fault.js';

interface CircuitOptions {
  /** So many faults in a row open it. */
  failures: number;
  /** It stays open for so many milliseconds. */
  openMs: number;
}

/** Hears of what a circuit does, for metrics and the log. */
export interface CircuitListener {
  opened(): void;
  refused(): void;
  changed(state: string, failures: number): void;
}

/** This one call tries a half-open circuit. */
interface Probe {
  outcome: Outcome;
  /** Until then other calls are refused; afterwards the next one tries in its place. */
  exclusiveUntil: number;
}

/**
 * A circuit refuses calls at once, for a while, after so many faults in a row. Then a single call may try: its first byte closes
 * the circuit, its fault opens it again.
 */
export class Circuit {
  private readonly counter: ConsecutiveBreaker;
  private readonly circuit: CircuitBreakerPolicy;
  private opensUntil = 0;
  private probe: Probe | undefined;

  constructor(
    private readonly options: CircuitOptions,
    private readonly clock: Clock,
    private readonly listener: CircuitListener,
  ) {
    this.counter = new ConsecutiveBreaker(options.failures);
    this.circuit = circuitBreaker(handleWhen(isBackendFault), {
      // It goes by the time of day, so it is told to open whenever it is asked, and asked when the time has come.
      halfOpenAfter: -Infinity,
      breaker: this.counter,
    });
    this.circuit.onStateChange((state) => {
      this.stateChanged(state);
    });
  }

  /** It is over by itself when the time has come, so that `/health` recovers without traffic. */
  get isOpen(): boolean {
    return this.circuit.state === CircuitState.Open && this.clock.now() < this.opensUntil;
  }

  /** It would refuse a call now: it is open, or another call tries it. */
  get isRefusing(): boolean {
    const exclusiveUntil = this.probe?.exclusiveUntil ?? 0;
    return this.isOpen || this.clock.now() < exclusiveUntil;
  }

  get consecutiveFailures(): number {
    return this.counter.state;
  }

  /**
   * Begins a call, and wants to be told what becomes of it.
   * @throws ApiError 503 with Retry-After while the circuit is open, or while another call tries it.
   */
  begin(): BreakerCall {
    if (this.isHalfOpen()) return this.takeProbe();
    if (this.isOpen) throw this.refusal((this.opensUntil - this.clock.now()) / 1000);
    const outcome: Outcome = Promise.withResolvers();
    let admitted = false as boolean; // The callback sets it, which the checker does not see.
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
    this.listener.refused();
    return backendSuspended(Math.max(1, Math.ceil(seconds)));
  }

  get position(): BreakerPosition {
    if (this.circuit.state === CircuitState.Closed) return 'closed';
    return this.isOpen ? 'open' : 'half_open';
  }

  private stateChanged(state: CircuitState): void {
    if (state === CircuitState.Open) {
      this.opensUntil = this.clock.now() + this.options.openMs;
      this.listener.opened();
    }
    if (state !== CircuitState.HalfOpen) this.probe = undefined;
    this.listener.changed(CircuitState[state], this.counter.state);
  }
}

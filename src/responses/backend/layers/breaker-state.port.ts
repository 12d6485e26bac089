export const BREAKER_STATE = Symbol('BREAKER_STATE');

/** What `/health` reports of the circuit breaker. Read on each request: a provider may change its fields at any time. */
export interface BreakerState {
  readonly enabled: boolean;
  /** Open: the backend is given up for now and requests are refused. */
  readonly isOpen: boolean;
  readonly consecutiveFailures: number;
}

export const BREAKER_STATE = Symbol('BREAKER_STATE');

/** `/health` reports this of the circuit breaker. It is read on each request: a provider may change its fields at any time. */
export interface BreakerState {
  readonly enabled: boolean;
  /** While it is open the backend is given up for now and requests are refused. */
  readonly isOpen: boolean;
  readonly consecutiveFailures: number;
}

/** It has the state of each, where there are several backends. */
export interface BackendStates extends BreakerState {
  readonly states?:
    Readonly<Record<string, { isOpen: boolean; consecutiveFailures: number }>> | undefined;
}

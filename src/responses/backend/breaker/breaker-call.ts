export type Outcome = PromiseWithResolvers<void>;

/** Hears what becomes of one call. Only the first of these counts, except that `answered` decides a probe alone. */
export interface CallWatch {
  answered(): void;
  ended(): void;
  failed(error: unknown): void;
  /** The client left, which says nothing about the backend. */
  abandoned(): void;
}

/** Carries to a circuit what becomes of one call. */
export class BreakerCall implements CallWatch {
  constructor(
    private readonly outcome: Outcome,
    /** Lets another call try in the place of a probe; only probes have it. */
    private readonly passOn?: () => void,
  ) {
    // Without a breaker nobody listens, and an unheard rejection would end the process.
    outcome.promise.catch(() => undefined);
  }

  /** Notes that the answer has begun. That is enough for a probe: an answer may take minutes, and all others wait for it. */
  answered(): void {
    if (this.passOn !== undefined) this.outcome.resolve();
  }

  ended(): void {
    this.outcome.resolve();
  }

  failed(error: unknown): void {
    this.outcome.reject(error);
  }

  abandoned(): void {
    this.passOn?.();
  }
}

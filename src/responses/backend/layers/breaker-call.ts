export type Outcome = PromiseWithResolvers<void>;

/** Told what becomes of one call. Only the first of these counts, except that `answered` decides a probe alone. */
export interface CallWatch {
  answered(): void;
  ended(): void;
  failed(error: unknown): void;
  /** The client left, which says nothing about the backend. */
  abandoned(): void;
}

/** What a circuit is told of one call. */
export class BreakerCall implements CallWatch {
  constructor(
    private readonly outcome: Outcome,
    /** Only of a probe: lets another call try in its place. */
    private readonly passOn?: () => void,
  ) {
    // Without a breaker nobody listens, and an unheard rejection would end the process.
    outcome.promise.catch(() => undefined);
  }

  /** The answer has begun. Enough for a probe: an answer may take minutes, and all others wait for it. */
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

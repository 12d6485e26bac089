export interface CounterChange {
  /** Has no white space. It stands once among the changes of a call. */
  key: string;
  /** A whole number, which may be negative or 0. */
  add: number;
  /** The counter is forgotten so many milliseconds from now, unless it changes again. */
  keepMs: number;
}

/**
 * Counts over all processes: what callers have used of their limits. A counter that is not there, or has been forgotten, is 0.
 * Values are whole numbers below 2^53.
 */
export interface CounterStore {
  /** Adds to all of them in one step, and gives what each holds then, in the same order. */
  add(changes: readonly CounterChange[]): Promise<number[]>;
  /** Gives what each holds, in the same order. */
  read(keys: readonly string[]): Promise<number[]>;
}

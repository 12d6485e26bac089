/** One rule of a port, held by what somebody has built. It is given to `it` or `test` of any runner, or awaited as it is. */
export interface ContractCheck {
  name: string;
  /** Rejects with an AssertionError that says what is wrong. */
  run: () => Promise<void>;
}

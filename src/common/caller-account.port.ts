/** What a million tokens cost, in the currency of the account. Those of the input that were cached have a price of their own. */
export interface ModelPrices {
  input: number;
  cachedInput: number;
  output: number;
}

/** Tokens of one call of a model, as its backend told them or as they are estimated. `cached` is part of `input`. */
export interface UsedTokens {
  input: number;
  cached: number;
  output: number;
}

/** A call of a model whose use is reserved, until it is known. */
export interface OpenCall {
  /**
   * Puts what was used in place of what was reserved. Only the first time counts.
   * @param prices are those of who answered, where that is another one than who was to be called.
   */
  settle(used: UsedTokens, prices?: ModelPrices): void;
}

/** Keeps the books of a caller: what it may use, and what it has used. */
export interface CallerAccount {
  /** Prices are in this currency. */
  readonly currency: string;
  /**
   * A request comes in, or a turn of a WebSocket.
   * @throws ApiError 429 where a limit is reached.
   */
  admit(): void | Promise<void>;
  /** Gives the headers that tell the client of its limits. */
  headers(): Readonly<Record<string, string>>;
  /**
   * A model is about to be called, with about so many tokens of input, for at most or about so many of output.
   * @throws ApiError 429 where a limit is reached.
   */
  open(expected: UsedTokens, prices: ModelPrices | undefined): OpenCall | Promise<OpenCall>;
}

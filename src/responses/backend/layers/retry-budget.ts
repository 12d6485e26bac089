/** In the long run a request may have so many retries. */
const ratio = 0.2;

/** So many retries may be saved up for a burst. */
const ceiling = 10;

/**
 * Keeps retries a fraction of the requests: in an outage every request fails, and retrying each would double the load
 * on a backend that has too much already.
 */
export class RetryBudget {
  private tokens = ceiling;

  requestStarted(): void {
    this.tokens = Math.min(ceiling, this.tokens + ratio);
  }

  /** Tells whether one more retry may be made, and takes it. */
  take(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

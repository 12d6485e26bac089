import { elapsedSince, type Clock } from '../common/clock.js';
import type { MetricsService } from './metrics.service.js';

/** Watches one event stream. It costs no more than one look at the clock per write. */
export class StreamMeter {
  private lastWriteAt: number | undefined;

  constructor(
    private readonly metrics: MetricsService,
    private readonly clock: Clock,
  ) {}

  wrote(): void {
    const now = this.clock.now();
    if (this.lastWriteAt === undefined) this.metrics.streamOpened();
    else this.metrics.eventsWritten(elapsedSince(this.lastWriteAt, this.clock));
    this.lastWriteAt = now;
  }

  /** Counts the stream as ended, however it ended. */
  ended(): void {
    if (this.lastWriteAt !== undefined) this.metrics.streamClosed();
  }
}

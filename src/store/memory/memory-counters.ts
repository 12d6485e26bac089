import type { Clock } from '../../common/clock.js';
import type { CounterChange, CounterStore } from '../counter-store.port.js';

interface Counted {
  value: number;
  expiresAt: number;
}

/** Counts for one process. What is counted is gone with it. */
export class MemoryCounters implements CounterStore {
  private readonly counters = new Map<string, Counted>();

  constructor(private readonly clock: Clock) {}

  add(changes: readonly CounterChange[]): Promise<number[]> {
    const now = this.clock.now();
    const values = changes.map(({ key, add, keepMs }) => {
      const value = this.valueOf(key) + add;
      this.counters.set(key, { value, expiresAt: now + keepMs });
      return value;
    });
    return Promise.resolve(values);
  }

  read(keys: readonly string[]): Promise<number[]> {
    return Promise.resolve(keys.map((key) => this.valueOf(key)));
  }

  sweep(): void {
    const now = this.clock.now();
    for (const [key, { expiresAt }] of this.counters)
      if (expiresAt <= now) this.counters.delete(key);
  }

  private valueOf(key: string): number {
    const counted = this.counters.get(key);
    return counted === undefined || counted.expiresAt <= this.clock.now() ? 0 : counted.value;
  }
}

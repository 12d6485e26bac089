import { Inject, Injectable } from '@nestjs/common';
import { RESPONSE_STORE, type ResponseStore } from './response-store.port.js';
import { StoreMonitor } from './store-monitor.service.js';

export interface StoreReport {
  type: ResponseStore['kind'];
  is_available: boolean;
  /** Says what it is set up to lose, as the start has found it. */
  risks?: readonly string[];
}

/** Makes what `/health` says of the store. An outage of it is no 503: responses go on without it. */
@Injectable()
export class StoreHealth {
  constructor(
    @Inject(RESPONSE_STORE) private readonly store: ResponseStore,
    private readonly monitor: StoreMonitor,
  ) {}

  /** Reports nothing for the memory, which cannot be away: the report then is what monitoring has always read. */
  async report(): Promise<{ store?: StoreReport }> {
    if (this.store.kind === 'memory' || this.store.kind === 'none') return {};
    // It rejects when the store is not there, which the monitor has noted by then.
    await this.store.ping().catch(() => undefined);
    const { kind: type, risks = [] } = this.store;
    const found = risks.length === 0 ? {} : { risks };
    return { store: { type, is_available: this.monitor.isAvailable, ...found } };
  }
}

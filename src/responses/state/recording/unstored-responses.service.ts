import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { RESPONSE_STORE, type ResponseStore } from '../../../store/response-store.port.js';

const retryMs = 5_000;
/** Each is two short texts. More are left to the lease: the next process ends them as failed. */
const mostPending = 10_000;

/**
 * Takes back what a failed write may have left in the store. Its client was told `store: false`, so nothing may be found
 * under its id, neither a response that is in progress for ever nor one whose write came through after its time was up.
 */
@Injectable()
export class UnstoredResponses implements OnModuleDestroy {
  private readonly logger = new Logger('Store');
  private readonly pending = new Map<string, string>();
  private working = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(RESPONSE_STORE) private readonly store: ResponseStore) {}

  /** Discards at once, or as soon as the store can be written again. */
  discard(owner: string, id: string): void {
    if (this.pending.size >= mostPending) {
      this.logger.error(`store_leftover ${id} stays in progress: too many wait to be deleted`);
      return;
    }
    this.pending.set(id, owner);
    if (!this.working && this.timer === undefined) void this.deleteAll();
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  /** Deletes one after the other. The first failure, which StoreMonitor has logged and counted, ends the attempt. */
  private async deleteAll(): Promise<void> {
    this.working = true;
    this.timer = undefined;
    try {
      for (const [id, owner] of this.pending) {
        await this.store.responses.delete(owner, id);
        this.pending.delete(id);
      }
    } catch {
      this.timer = setTimeout(() => void this.deleteAll(), retryMs).unref();
    } finally {
      this.working = false;
    }
  }
}

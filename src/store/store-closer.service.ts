import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RESPONSE_STORE, type ResponseStore } from './response-store.port.js';

/** Closes the store after the HTTP server: the last responses are written by then. */
@Injectable()
export class StoreCloser implements OnApplicationShutdown {
  private readonly last: (() => Promise<void>)[] = [];

  constructor(@Inject(RESPONSE_STORE) private readonly store: ResponseStore) {}

  /** Has something written before the store is closed. It must not reject. */
  beforeClose(write: () => Promise<void>): void {
    this.last.push(write);
  }

  async onApplicationShutdown(): Promise<void> {
    for (const write of this.last) await write();
    await this.store.close();
  }
}

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RESPONSE_STORE, type ResponseStore } from './response-store.port.js';

/** Closes the store after the HTTP server: the last responses are written by then. */
@Injectable()
export class StoreCloser implements OnApplicationShutdown {
  constructor(@Inject(RESPONSE_STORE) private readonly store: ResponseStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

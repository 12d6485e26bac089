import { Global, Logger, Module } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { Sealer } from '../sealing/sealer.js';
import { guardStore } from './guard-store.js';
import { bucketFor } from './bucket/bucket-for.js';
import { openStore } from './open-store.js';
import { Owners } from './owners.service.js';
import { RESPONSE_STORE, type ResponseStore } from './response-store.port.js';
import { StoreCloser } from './store-closer.service.js';
import { MORE_STORES, type StoreOpener } from './store-opener.port.js';
import { StoreHealth } from './store.health.js';
import { StoreMonitor } from './store-monitor.service.js';

/** Provides state. Another store is another provider of RESPONSE_STORE. */
@Global()
@Module({
  imports: [MetricsModule],
  providers: [
    StoreMonitor,
    Owners,
    StoreCloser,
    StoreHealth,
    {
      provide: RESPONSE_STORE,
      inject: [SETTINGS, CLOCK, StoreMonitor, Sealer, MORE_STORES],
      useFactory: async (
        all: Settings,
        clock: Clock,
        monitor: StoreMonitor,
        sealer: Sealer,
        more: readonly StoreOpener[],
      ): Promise<ResponseStore> => {
        const logger = new Logger('Store');
        const { store: settings } = all;
        let lastProblem = '';
        const onError = (error: Error): void => {
          if (error.message !== lastProblem) logger.warn(`store_connection ${error.message}`);
          lastProblem = error.message;
        };
        const seal = {
          seal: (text: string) => sealer.seal('store', text),
          open: (sealed: string) => sealer.open('store', sealed),
        };
        const options = { settings, clock, seal: settings.sealed ? seal : undefined, onError };
        const store = await bucketFor(await openStore(options, more), {
          ...options,
          settings: all,
        });
        for (const risk of store.risks ?? []) logger.warn(`store_risk ${risk}`);
        return guardStore(store, monitor);
      },
    },
  ],
  exports: [RESPONSE_STORE, StoreMonitor, StoreHealth, StoreCloser, Owners],
})
export class StoreModule {}

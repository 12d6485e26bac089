import { Global, Module } from '@nestjs/common';
import { CallersModule } from '../callers/callers.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { AdmissionService } from './admission.service.js';
import { CALLER, OWN_CALLER, type CallerResolver } from '../common/caller.port.js';
import { Callers } from './callers.service.js';
import { DrainService } from './drain.service.js';
import { HeavyWork } from './heavy-work.service.js';
import { KeyCaller } from './key-caller.service.js';
import { MemoryBudget } from './memory-budget.service.js';
import { StoredReads } from './stored-reads.service.js';
import { StreamLimiter } from './stream-limiter.js';
import { TurnRateLimit } from './turn-rate-limit.service.js';

const services = [
  AdmissionService,
  Callers,
  DrainService,
  HeavyWork,
  KeyCaller,
  MemoryBudget,
  StoredReads,
  StreamLimiter,
  TurnRateLimit,
];

/** Decides who may come in, how many at once, and how it ends. It is global: every way to the backend goes through it. */
@Global()
@Module({
  imports: [CallersModule, MetricsModule],
  providers: [
    ...services,
    {
      provide: CALLER,
      inject: [KeyCaller, OWN_CALLER],
      useFactory: (keys: CallerResolver, [own]: readonly CallerResolver[]) => own ?? keys,
    },
  ],
  exports: services,
})
export class GateModule {}

import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { CallerAccounts } from './caller-accounts.service.js';
import { CallerDirectory } from './caller-directory.service.js';
import { CallersWatch } from './callers-watch.service.js';
import { Ledger } from './ledger.service.js';
import { UsageController } from './usage.controller.js';

/** Knows the callers that the operator has named. */
@Module({
  imports: [MetricsModule],
  controllers: [UsageController],
  providers: [CallerAccounts, CallerDirectory, CallersWatch, Ledger],
  exports: [CallerDirectory, CallersWatch],
})
export class CallersModule {}

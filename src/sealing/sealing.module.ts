import { randomBytes } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Sealer } from './sealer.js';

/** Provides one Sealer for everything. Without SEAL_KEYS its key dies with the process, and other replicas cannot open its texts. */
@Global()
@Module({
  providers: [
    {
      provide: Sealer,
      inject: [SETTINGS],
      useFactory: ({ sealing }: Settings) => {
        const [first, ...older] = sealing.keys;
        return new Sealer([first ?? randomBytes(32).toString('hex'), ...older]);
      },
    },
  ],
  exports: [Sealer],
})
export class SealingModule {}

import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ApiExceptionFilter } from './api-exception.filter.js';
import { CLOCK, systemClock } from './clock.js';
import { ID_GENERATOR, randomIds } from './id-generator.js';

/** Provides what everything may inject: the clock and the ids; and the filter around everything. */
@Global()
@Module({
  providers: [
    { provide: CLOCK, useValue: systemClock },
    { provide: ID_GENERATOR, useValue: randomIds },
    { provide: APP_FILTER, useClass: ApiExceptionFilter },
  ],
  exports: [CLOCK, ID_GENERATOR],
})
export class CommonModule {}

import { Module } from '@nestjs/common';
import { CLOCK, systemClock } from '../common/clock.js';
import { ID_GENERATOR, randomIds } from '../common/id-generator.js';
import { LoggingModule } from '../logging/logging.module.js';
import { ModelsModule } from '../models/models.module.js';
import { BackendModule } from './backend/backend.module.js';
import { ResponsesController } from './responses.controller.js';
import { ResponsesService } from './responses.service.js';
import { ResponseSender } from './streaming/response-sender.service.js';
import { TOOL_ADAPTERS } from './tools/tool-adapter.port.js';
import { toolAdapters } from './tools/tool-adapters.js';
import { TranslatorService } from './translator/translator.service.js';

@Module({
  imports: [BackendModule, ModelsModule, LoggingModule],
  controllers: [ResponsesController],
  providers: [
    ResponsesService,
    ResponseSender,
    TranslatorService,
    { provide: TOOL_ADAPTERS, useValue: toolAdapters },
    { provide: CLOCK, useValue: systemClock },
    { provide: ID_GENERATOR, useValue: randomIds },
  ],
})
export class ResponsesModule {}

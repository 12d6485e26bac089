import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ModelsModule } from '../models/models.module.js';
import { BackendModule } from './backend/backend.module.js';
import { ResponsesController } from './responses.controller.js';
import { ResponsesService } from './responses.service.js';
import { ResponseSender } from './streaming/response-sender.service.js';
import { TOOL_ADAPTERS } from './tools/tool-adapter.port.js';
import { toolAdapters } from './tools/tool-adapters.js';
import { TranslatorService } from './translator/translator.service.js';

@Module({
  imports: [BackendModule, MetricsModule, ModelsModule],
  controllers: [ResponsesController],
  providers: [
    ResponsesService,
    ResponseSender,
    TranslatorService,
    { provide: TOOL_ADAPTERS, useValue: toolAdapters },
  ],
})
export class ResponsesModule {}

import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ModelsModule } from '../models/models.module.js';
import { BackendModule } from './backend/backend.module.js';
import { CompactController } from './compaction/compact.controller.js';
import { CompactionService } from './compaction/compaction.service.js';
import { ResponsesController } from './responses.controller.js';
import { ResponsesService } from './responses.service.js';
import { BackgroundRuns } from './state/background-runs.service.js';
import { HistoryService } from './state/history.service.js';
import { InputTokensController } from './state/input-tokens.controller.js';
import { ItemIncludes } from './state/item-includes.service.js';
import { LostRunsService } from './state/lost-runs.service.js';
import { ReplaySender } from './state/replay-sender.service.js';
import { Replica } from './state/replica.service.js';
import { RequestStateService } from './state/request-state.service.js';
import { ResponseCreation } from './state/response-creation.service.js';
import { ResponseRecorder } from './state/response-recorder.service.js';
import { StoredResponsesController } from './state/stored-responses.controller.js';
import { StoredResponsesService } from './state/stored-responses.service.js';
import { ResponseSender } from './streaming/response-sender.service.js';
import { TOOL_ADAPTERS } from './tools/tool-adapter.port.js';
import { toolAdapters } from './tools/tool-adapters.js';
import { WebsocketController } from './transports/websocket/websocket.controller.js';
import { WebsocketServer } from './transports/websocket/websocket.server.js';
import { WebsocketTurnService } from './transports/websocket/websocket-turn.service.js';
import { TranslatorService } from './translator/translator.service.js';

@Module({
  imports: [BackendModule, MetricsModule, ModelsModule],
  controllers: [
    ResponsesController,
    InputTokensController,
    StoredResponsesController,
    CompactController,
    WebsocketController,
  ],
  providers: [
    ResponsesService,
    CompactionService,
    WebsocketServer,
    WebsocketTurnService,
    ResponseSender,
    TranslatorService,
    RequestStateService,
    HistoryService,
    Replica,
    ItemIncludes,
    ResponseRecorder,
    ResponseCreation,
    BackgroundRuns,
    ReplaySender,
    LostRunsService,
    StoredResponsesService,
    { provide: TOOL_ADAPTERS, useValue: toolAdapters },
  ],
})
export class ResponsesModule {}

import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { BackendModule } from './backend/backend.module.js';
import { CompactController } from './endpoints/compact/compact.controller.js';
import { CompactionService } from './endpoints/compact/compaction.service.js';
import { ResponsesController } from './endpoints/create/responses.controller.js';
import { BackendAnswers } from './pipeline/answers/backend-answers.service.js';
import { SessionKeys } from './pipeline/answers/session-keys.service.js';
import { IncomingRequests } from './pipeline/incoming-requests.service.js';
import { ResponsePipeline } from './pipeline/response-pipeline.service.js';
import { BackgroundRuns } from './state/background/background-runs.service.js';
import { CountedReads } from './state/recording/counted-reads.service.js';
import { HistoryService } from './state/recording/history.service.js';
import { InputTokensController } from './endpoints/input-tokens/input-tokens.controller.js';
import { ItemIncludes } from './state/stored/item-includes.service.js';
import { LostRunsService } from './state/background/lost-runs.service.js';
import { ReplaySender } from './endpoints/stored/replay-sender.service.js';
import { Replica } from './state/recording/replica.service.js';
import { Continuation } from './state/recording/continuation.service.js';
import { CreateResponse } from './endpoints/create/create-response.service.js';
import { ResponseRecorder } from './state/recording/response-recorder.service.js';
import { StoredFiles } from './state/recording/stored-files.service.js';
import { StoredThoughts } from './state/recording/stored-thoughts.service.js';
import { UnstoredResponses } from './state/recording/unstored-responses.service.js';
import { StoredResponsesController } from './endpoints/stored/stored-responses.controller.js';
import { StoredResponsesService } from './state/stored/stored-responses.service.js';
import { ResponseSender } from './delivery/response-sender.service.js';
import {
  MORE_TOOL_ADAPTERS,
  TOOL_ADAPTERS,
  type ToolAdapter,
} from './translator/tools/tool-adapter.port.js';
import {
  MORE_TOOL_EXECUTORS,
  TOOL_EXECUTORS,
  type ToolExecutor,
} from './pipeline/executors/tool-executor.port.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SearchController } from './endpoints/search/search.controller.js';
import { webSearchProvider } from './pipeline/executors/web-search/providers/web-search.provider.js';
import { WebAccess } from './pipeline/executors/web-search/web-access.service.js';
import {
  OWN_WEB_SEARCH_PROVIDER,
  WEB_SEARCH_PROVIDER,
  type WebSearchProvider,
} from './pipeline/executors/web-search/web-search-provider.port.js';
import { WebSearchExecutor } from './pipeline/executors/web-search/web-search.executor.js';
import { MappedSearchProvider } from './pipeline/executors/mapped/mapped-search.provider.js';
import { MappedTools } from './pipeline/executors/mapped/mapped-tools.service.js';
import { McpConnections } from './pipeline/executors/mcp/mcp-connections.js';
import { McpExecutor } from './pipeline/executors/mcp/mcp.executor.js';
import { ToolSearchExecutor } from './pipeline/executors/tool-search/tool-search.executor.js';
import { ToolHost } from './pipeline/executors/tool-host.service.js';
import { toolAdapters } from './translator/tools/tool-adapters.js';
import { MemoriesController } from './endpoints/memories/memories.controller.js';
import { WebsocketController } from './endpoints/websocket/websocket.controller.js';
import { WebsocketServer } from './endpoints/websocket/websocket.server.js';
import { WebsocketTurnService } from './endpoints/websocket/websocket-turn.service.js';
import { TranslatorService } from './pipeline/translation/translation.service.js';
import { ResponseHooks } from './pipeline/hooks/response-hooks.service.js';
import { ContextCompaction } from './pipeline/compaction/context-compaction.service.js';
import { DocumentTexts } from './pipeline/documents/document-texts.service.js';
import { ImageDescriptions } from './pipeline/images/image-descriptions.service.js';
import { PromptTemplates } from './pipeline/prompts/prompt-templates.service.js';
import { promptLibraryProvider } from './pipeline/prompts/prompt-library.provider.js';
import { ThoughtMemory } from './pipeline/memory/thought-memory.service.js';

@Module({
  imports: [BackendModule, MetricsModule],
  controllers: [
    ResponsesController,
    InputTokensController,
    StoredResponsesController,
    CompactController,
    MemoriesController,
    SearchController,
    WebsocketController,
  ],
  providers: [
    IncomingRequests,
    ResponsePipeline,
    BackendAnswers,
    SessionKeys,
    CompactionService,
    WebsocketServer,
    WebsocketTurnService,
    ResponseSender,
    TranslatorService,
    ThoughtMemory,
    ContextCompaction,
    ImageDescriptions,
    DocumentTexts,
    ResponseHooks,
    Continuation,
    HistoryService,
    Replica,
    ItemIncludes,
    ResponseRecorder,
    CountedReads,
    StoredFiles,
    StoredThoughts,
    UnstoredResponses,
    CreateResponse,
    BackgroundRuns,
    ReplaySender,
    LostRunsService,
    StoredResponsesService,
    PromptTemplates,
    promptLibraryProvider,
    ToolHost,
    McpConnections,
    McpExecutor,
    MappedTools,
    ToolSearchExecutor,
    WebAccess,
    WebSearchExecutor,
    {
      provide: WEB_SEARCH_PROVIDER,
      inject: [SETTINGS, McpConnections, OWN_WEB_SEARCH_PROVIDER],
      useFactory: (
        settings: Settings,
        connections: McpConnections,
        [own]: readonly WebSearchProvider[],
      ) => {
        const { toolMap, resultCharacters } = settings.tools;
        const { web_search: mapped } = toolMap;
        if (own !== undefined || mapped === undefined) return own ?? webSearchProvider(settings);
        return new MappedSearchProvider(connections, mapped, resultCharacters);
      },
    },
    {
      provide: TOOL_EXECUTORS,
      inject: [
        McpExecutor,
        WebSearchExecutor,
        ToolSearchExecutor,
        MappedTools,
        MORE_TOOL_EXECUTORS,
      ],
      useFactory: (
        ...[mcp, web, search, mapped, more]: [
          ToolExecutor,
          ToolExecutor,
          ToolExecutor,
          MappedTools,
          readonly ToolExecutor[],
        ]
      ) => [mcp, web, search, ...mapped.executors, ...more],
    },
    {
      provide: TOOL_ADAPTERS,
      inject: [MORE_TOOL_ADAPTERS],
      useFactory: (more: readonly ToolAdapter[]) => [...toolAdapters, ...more],
    },
  ],
  exports: [ResponsePipeline],
})
export class ResponsesModule {}

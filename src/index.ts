/** This is the public face of the package, on which teams build. What is not here may change at any time. */
export { createApp, type CreateAppOptions } from './app.factory.js';
export { ApiError, type ApiErrorDetails } from './common/api-error.js';
export type { CallerIdentity, CallerRequest, CallerResolver } from './common/caller.port.js';
export type { ChatChunk } from './contracts/chat/chunk.js';
export type { BackendRequest, ResponsesRequest } from './contracts/backend-request.js';
export type { ChatRequest } from './contracts/chat/request.js';
export type { ResponseEvent } from './contracts/responses/events.js';
export type { CreateResponseBody } from './contracts/responses/request.js';
export type { ResponseResource } from './contracts/responses/response.js';
export { ResponsesProxyModule } from './embedding/responses-proxy.module.js';
export { ResponsesProxy, type ResponsesProxyOptions } from './embedding/responses-proxy.service.js';
export { definePlugin, type Part, type ProxyPlugin } from './plugins/plugin.js';
export type { BackendCallContext, ChatBackend } from './responses/backend/chat-backend.port.js';
export type { DescribedPreset } from './responses/backend/dialects/described-preset.js';
export type { ModelFamily } from './responses/backend/families/model-family.js';
export {
  ToolFailure,
  type CallOutcome,
  type HostedRequest,
  type ToolExecutor,
  type ToolSession,
  type ToolWork,
} from './responses/pipeline/executors/tool-executor.port.js';
export type {
  WebSearchProvider,
  WebSearchQuery,
  WebSearchResult,
} from './responses/pipeline/executors/web-search/web-search-provider.port.js';
export {
  AnswerStopped,
  type HookContext,
  type ResponseEnd,
  type ResponseHook,
} from './responses/pipeline/hooks/response-hook.port.js';
export type {
  CallContext,
  CallWriter,
  HistoryCall,
  ToolAdapter,
  ToolCallAdapter,
  ToolDeclaration,
} from './responses/translator/tools/tool-adapter.port.js';
export { PAGE_BYTES, type ConversationStore } from './store/conversation-store.port.js';
export {
  BYTES_PER_FILE,
  FileLimitError,
  PIECE_BYTES,
  UNFINISHED_MS,
  type FileStore,
} from './store/file-store.port.js';
export type { OpenStoreOptions } from './store/store-opener.port.js';
export { RecordCodec } from './store/record-codec.js';
export { TooLargeError, type ResponseRecordStore } from './store/response-record-store.port.js';
export type { ResponseStore } from './store/response-store.port.js';
export type { CounterChange, CounterStore } from './store/counter-store.port.js';
export type { RunStore } from './store/run-store.port.js';
export type { StoreOpener } from './store/store-opener.port.js';

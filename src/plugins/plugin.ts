import type { ModuleMetadata, Type } from '@nestjs/common';
import type { CallerResolver } from '../common/caller.port.js';
import type { DescribedPreset } from '../responses/backend/dialects/described-preset.js';
import type { ChatBackend } from '../responses/backend/chat-backend.port.js';
import type { ModelFamily } from '../responses/backend/families/model-family.js';
import type { ToolExecutor } from '../responses/pipeline/executors/tool-executor.port.js';
import type { WebSearchProvider } from '../responses/pipeline/executors/web-search/web-search-provider.port.js';
import type { ResponseHook } from '../responses/pipeline/hooks/response-hook.port.js';
import type { StoreOpener } from '../store/store-opener.port.js';
import type { ToolAdapter } from '../responses/translator/tools/tool-adapter.port.js';

/** A part of a plugin is made already, or is a class that Nest makes, with what its constructor asks for. */
export type Part<T> = T | Type<T>;

/**
 * A team adds this to the service without editing it. All lists are added to what the service has; `imports`, `providers`
 * and `controllers` are those of a Nest module, in which classes among the parts find what they inject.
 */
export interface ProxyPlugin extends Pick<ModuleMetadata, 'imports' | 'providers' | 'controllers'> {
  /** Stands in errors of the start. */
  name: string;
  /** Says who is calling, in place of keys and PROXY_API_KEYS. One plugin may have one. */
  caller?: Part<CallerResolver>;
  /** Models are reached through it in place of HTTP calls to BACKEND_URL. One plugin may have one. */
  chatBackend?: Part<ChatBackend>;
  /** `web_search` asks it, in place of the engine that WEB_SEARCH_PROVIDER names. One plugin may have one. */
  webSearchProvider?: Part<WebSearchProvider>;
  /** These types of tools are carried over function calling. */
  toolAdapters?: readonly Part<ToolAdapter>[];
  /** `BACKEND_DIALECT`, profiles and host names find these presets, before those of the service. */
  dialects?: readonly DescribedPreset[];
  /** These model families are asked before those of the service. */
  families?: readonly ModelFamily[];
  /** These tools are run by the service itself. */
  toolExecutors?: readonly Part<ToolExecutor>[];
  /** They see and change requests and answers: guardrails, budgets, billing. */
  hooks?: readonly Part<ResponseHook>[];
  /** These stores are found by the scheme of `STORE_URL`. */
  stores?: readonly StoreOpener[];
}

/** Types a plugin; nothing more. */
export function definePlugin(plugin: ProxyPlugin): ProxyPlugin {
  return plugin;
}

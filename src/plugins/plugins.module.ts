import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { OWN_CALLER } from '../common/caller.port.js';
import { OWN_CHAT_BACKEND } from '../responses/backend/chat-backend.port.js';
import { MORE_FAMILIES } from '../responses/backend/families/model-family.js';
import { MORE_PRESETS } from '../responses/backend/dialects/preset.js';
import { MORE_TOOL_EXECUTORS } from '../responses/pipeline/executors/tool-executor.port.js';
import { OWN_WEB_SEARCH_PROVIDER } from '../responses/pipeline/executors/web-search/web-search-provider.port.js';
import { RESPONSE_HOOKS } from '../responses/pipeline/hooks/response-hook.port.js';
import { MORE_STORES } from '../store/store-opener.port.js';
import { MORE_TOOL_ADAPTERS } from '../responses/translator/tools/tool-adapter.port.js';
import type { Part, ProxyPlugin } from './plugin.js';
import { presetsOf } from './presets-of.js';

/** Gives what plugins add to those who need it, by the tokens of their ports. */
@Module({})
export class PluginsModule {
  static with(plugins: readonly ProxyPlugin[]): DynamicModule {
    const lists: readonly (readonly [token: symbol, parts: readonly Part<unknown>[]])[] = [
      [MORE_TOOL_ADAPTERS, plugins.flatMap(({ toolAdapters = [] }) => toolAdapters)],
      [MORE_PRESETS, presetsOf(plugins)],
      [MORE_STORES, plugins.flatMap(({ stores = [] }) => stores)],
      [MORE_TOOL_EXECUTORS, plugins.flatMap(({ toolExecutors = [] }) => toolExecutors)],
      [RESPONSE_HOOKS, plugins.flatMap(({ hooks = [] }) => hooks)],
      [OWN_CALLER, plugins.flatMap(({ caller }) => caller ?? [])],
      [OWN_CHAT_BACKEND, plugins.flatMap(({ chatBackend }) => chatBackend ?? [])],
      [
        OWN_WEB_SEARCH_PROVIDER,
        plugins.flatMap(({ webSearchProvider }) => webSearchProvider ?? []),
      ],
      [MORE_FAMILIES, plugins.flatMap(({ families = [] }) => families)],
    ];
    const classes = lists.flatMap(([, parts]) => parts.filter(isClass));
    return {
      module: PluginsModule,
      global: true,
      imports: plugins.flatMap(({ imports = [] }) => imports),
      controllers: plugins.flatMap(({ controllers = [] }) => controllers),
      providers: [
        ...plugins.flatMap(({ providers = [] }) => providers),
        ...new Set(classes),
        ...lists.map(([token, parts]) => listProvider(token, parts)),
      ],
      exports: lists.map(([token]) => token),
    };
  }
}

/** Gives the parts in their order, those that are classes as Nest made them. */
function listProvider(token: symbol, parts: readonly Part<unknown>[]): Provider {
  return {
    provide: token,
    inject: parts.filter(isClass),
    useFactory: (...made: unknown[]) => parts.map((part) => (isClass(part) ? made.shift() : part)),
  };
}

function isClass(part: unknown): part is Type<unknown> {
  return typeof part === 'function';
}

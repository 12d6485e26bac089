import { Module } from '@nestjs/common';
import type { DynamicModule, ModuleMetadata } from '@nestjs/common';
import type { DestinationStream } from 'pino';
import { ChatCompletionsModule } from './chat-completions/chat-completions.module.js';
import { CommonModule } from './common/common.module.js';
import { ConfigurationModule } from './config/configuration.module.js';
import type { Settings } from './config/settings.js';
import { ConversationsModule } from './conversations/conversations.module.js';
import { FilesModule } from './files/files.module.js';
import { GateModule } from './gate/gate.module.js';
import { HealthModule } from './health/health.module.js';
import { InspectorModule } from './inspector/inspector.module.js';
import { LoggingModule } from './logging/logging.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ModelsModule } from './models/models.module.js';
import type { ProxyPlugin } from './plugins/plugin.js';
import { PluginsModule } from './plugins/plugins.module.js';
import { ResponsesModule } from './responses/responses.module.js';
import { SealingModule } from './sealing/sealing.module.js';
import { StoreModule } from './store/store.module.js';
import { TracingModule } from './tracing/tracing.module.js';

export interface AppModuleOptions {
  settings: Settings;
  /** Takes the log lines in place of standard output. */
  logDestination?: DestinationStream | undefined;
  /** What is added to the lists of the service: types of tools, dialects and more. */
  plugins?: readonly ProxyPlugin[];
  /** Adds further modules: an extension, or a test's own routes. */
  imports?: ModuleMetadata['imports'];
}

/** Puts all modules together. */
@Module({})
export class AppModule {
  static register(options: AppModuleOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigurationModule.with(options.settings),
        CommonModule,
        PluginsModule.with(options.plugins ?? []),
        SealingModule,
        LoggingModule.register(options.logDestination),
        MetricsModule,
        GateModule,
        TracingModule,
        InspectorModule.with(options.settings),
        HealthModule,
        StoreModule,
        ResponsesModule,
        ConversationsModule,
        FilesModule,
        ModelsModule,
        ChatCompletionsModule,
        ...(options.imports ?? []),
      ],
    };
  }
}

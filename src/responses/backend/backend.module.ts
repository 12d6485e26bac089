import { Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { BackendClient } from './backend.client.js';
import { BackendFactory } from './backend-factory.service.js';
import { CHAT_BACKEND, OWN_CHAT_BACKEND, type ChatBackend } from './chat-backend.port.js';
import { MORE_PRESETS, type Preset } from './dialects/preset.js';
import { BACKEND_DIALECT, resolveDialect } from './dialects/resolve-dialect.js';
import { BACKEND_PROFILES, noProfiles, readProfiles } from './profiles/read-profiles.js';
import { ResponsesBackend } from './responses-backend.client.js';
import { ResilientBackend } from './layers/resilient-backend.js';
import { Backends } from './routes/backends.service.js';
import { BackendsWatch } from './routes/backends-watch.service.js';
import { TokenCounter } from './token-count/token-counter.service.js';
import { StreamPacer } from './wire/stream-pacer.js';

/** Provides the backends. Another way to a model or another dialect is another provider under the same token. */
@Module({
  imports: [MetricsModule],
  providers: [
    BackendFactory,
    Backends,
    BackendsWatch,
    ResilientBackend,
    StreamPacer,
    BackendClient,
    ResponsesBackend,
    {
      provide: CHAT_BACKEND,
      inject: [BackendClient, OWN_CHAT_BACKEND],
      useFactory: (client: ChatBackend, [own]: readonly ChatBackend[]) => own ?? client,
    },
    {
      provide: BACKEND_DIALECT,
      inject: [SETTINGS, MORE_PRESETS],
      useFactory: ({ backend }: Settings, more: readonly Preset[]) =>
        resolveDialect(backend.dialect, backend.url, more),
    },
    {
      provide: BACKEND_PROFILES,
      inject: [SETTINGS, MORE_PRESETS],
      useFactory: ({ backend }: Settings, more: readonly Preset[]) =>
        backend.profiles === undefined ? noProfiles : readProfiles(backend.profiles, more),
    },
    TokenCounter,
  ],
  exports: [Backends, ResilientBackend, TokenCounter],
})
export class BackendModule {}

import { Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { BackendHttp } from './wire/backend-http.js';
import { BackendCalls } from './backend-calls.service.js';
import { BackendClient } from './backend.client.js';
import { CHAT_BACKEND } from './chat-backend.port.js';
import { BACKEND_DIALECT, resolveDialect } from './dialects/resolve-dialect.js';
import { DialectResolver } from './profiles/dialect-resolver.js';
import { BACKEND_PROFILES, noProfiles, readProfiles } from './profiles/read-profiles.js';
import { BackendBreaker } from './layers/backend-breaker.service.js';
import { ResilientBackend } from './layers/resilient-backend.js';
import { TokenCounter } from './token-count/token-counter.service.js';

/** The backend's side. Another backend or dialect is another provider under the same token. */
@Module({
  imports: [MetricsModule],
  providers: [
    BackendHttp,
    BackendCalls,
    BackendBreaker,
    ResilientBackend,
    { provide: CHAT_BACKEND, useClass: BackendClient },
    {
      provide: BACKEND_DIALECT,
      inject: [SETTINGS],
      useFactory: ({ backend }: Settings) => resolveDialect(backend.dialect, backend.url),
    },
    {
      provide: BACKEND_PROFILES,
      inject: [SETTINGS],
      useFactory: ({ backend }: Settings) =>
        backend.profiles === undefined ? noProfiles : readProfiles(backend.profiles),
    },
    DialectResolver,
    TokenCounter,
  ],
  exports: [
    BackendHttp,
    BackendCalls,
    BackendBreaker,
    ResilientBackend,
    CHAT_BACKEND,
    DialectResolver,
    TokenCounter,
  ],
})
export class BackendModule {}
